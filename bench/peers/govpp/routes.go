package main

import (
	"context"
	"time"

	"go.fd.io/govpp/api"
	"go.fd.io/govpp/binapi/fib_types"
	"go.fd.io/govpp/binapi/ip"
	"go.fd.io/govpp/binapi/ip_types"
	"go.fd.io/govpp/core"
)

// addRoutes adds p.Count routes, p.Window requests under way, and takes them away again; only the adding
// counts.
func addRoutes(c *core.Connection, p parameters) (figures, error) {
	stream, err := c.NewStream(context.Background(), core.WithReplySize(p.Window+8), core.WithReplyTimeout(0))
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	change := func(isAdd bool) error {
		return exchange(stream, p.Window, p.Count, func(n int) api.Message { return routeRequest(n, isAdd) })
	}
	// As in pipelinedPing: the first reply must not be received while its request is being sent.
	if err := stream.SendMsg(routeRequest(0, true)); err != nil {
		return nil, err
	}
	if _, err := stream.RecvMsg(); err != nil {
		return nil, err
	}
	added := 0
	var adding time.Duration
	for start := time.Now(); added == 0 || time.Since(start).Seconds() < p.WarmUp+p.Seconds; {
		isWarm := time.Since(start).Seconds() >= p.WarmUp
		begin := time.Now()
		if err := change(true); err != nil {
			return nil, err
		}
		if isWarm {
			added += p.Count
			adding += time.Since(begin)
		}
		if err := change(false); err != nil {
			return nil, err
		}
	}
	return figures{
		"perSecond":    float64(added) / adding.Seconds(),
		"milliseconds": milliseconds(adding) / float64(added) * float64(p.Count),
	}, nil
}

// routeRequest is about the nth of the benchmark's routes: 16.0.0.1/32 and on, by one next hop on
// interface 1.
func routeRequest(n int, isAdd bool) *ip.IPRouteAddDel {
	address := ip_types.IP4Address{byte(n>>16) + 16, byte(n >> 8), byte(n), 1}
	return &ip.IPRouteAddDel{
		IsAdd: isAdd,
		Route: ip.IPRoute{
			Prefix: ip_types.Prefix{
				Address: ip_types.Address{Af: ip_types.ADDRESS_IP4, Un: ip_types.AddressUnionIP4(address)},
				Len:     32,
			},
			NPaths: 1,
			Paths: []fib_types.FibPath{{
				SwIfIndex: 1,
				Weight:    1,
				Proto:     fib_types.FIB_API_PATH_NH_PROTO_IP4,
				Nh:        fib_types.FibPathNh{Address: ip_types.AddressUnionIP4(ip_types.IP4Address{10, 0, 0, 2})},
			}},
		},
	}
}
