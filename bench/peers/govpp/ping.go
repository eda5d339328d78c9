package main

import (
	"context"
	"math/rand"
	"time"

	"go.fd.io/govpp/api"
	"go.fd.io/govpp/binapi/memclnt"
	"go.fd.io/govpp/core"
)

const pingsAPass = 50_000

// ping uses one stream, the fastest of GoVPP's ways for one call at a time.
func ping(c *core.Connection, p parameters) (figures, error) {
	stream, err := c.NewStream(context.Background())
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	return rateOfSingles(p, func() error { return pingOnce(stream) }, func() {})
}

// pausedPing has a pause of 1 to 20 ms before each ping, in which an idle VPP falls asleep.
func pausedPing(c *core.Connection, p parameters) (figures, error) {
	stream, err := c.NewStream(context.Background())
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	random := rand.New(rand.NewSource(1))
	pause := func() { time.Sleep(time.Duration(1+random.Intn(20)) * time.Millisecond) }
	f, err := rateOfSingles(p, func() error { return pingOnce(stream) }, pause)
	if err != nil {
		return nil, err
	}
	return figures{"milliseconds": f["p50"], "p50": f["p50"], "p99": f["p99"]}, nil
}

func pingOnce(stream api.Stream) error {
	if err := stream.SendMsg(&memclnt.ControlPing{}); err != nil {
		return err
	}
	_, err := stream.RecvMsg()
	return err
}

// pipelinedPing has one stream with a sender and a receiver, the fastest of GoVPP's ways: as many
// goroutines as pings under way, each with its own stream or Invoke, reach half of it.
func pipelinedPing(c *core.Connection, p parameters) (figures, error) {
	stream, err := c.NewStream(context.Background(), core.WithReplySize(p.Window+8), core.WithReplyTimeout(0))
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	// A stream learns the message's package in SendMsg only after sending: the first reply must not be
	// received at the same time.
	if err := pingOnce(stream); err != nil {
		return nil, err
	}
	return rate(p, func() (int, error) {
		return pingsAPass, exchange(stream, p.Window, pingsAPass, func(int) api.Message { return &memclnt.ControlPing{} })
	})
}

// exchange sends count requests, window of them under way, and receives their replies.
func exchange(stream api.Stream, window, count int, request func(int) api.Message) error {
	slots := make(chan struct{}, window)
	sent := make(chan error, 1)
	go func() {
		for i := 0; i < count; i++ {
			slots <- struct{}{}
			if err := stream.SendMsg(request(i)); err != nil {
				sent <- err
				return
			}
		}
		sent <- nil
	}()
	for i := 0; i < count; i++ {
		if _, err := stream.RecvMsg(); err != nil {
			return err
		}
		<-slots
	}
	return <-sent
}
