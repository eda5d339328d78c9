package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"time"

	"go.fd.io/govpp"
	"go.fd.io/govpp/api"
	_ "go.fd.io/govpp/binapi/acl"
	interfaces "go.fd.io/govpp/binapi/interface"
	_ "go.fd.io/govpp/binapi/ip"
	_ "go.fd.io/govpp/binapi/l2"
	_ "go.fd.io/govpp/binapi/memclnt"
	_ "go.fd.io/govpp/binapi/vlib"
	_ "go.fd.io/govpp/binapi/vpe"
	"go.fd.io/govpp/core"
)

const (
	probeInterval = 20 * time.Millisecond
	patience      = 5 * time.Second
)

type session struct {
	Calls []call `json:"calls"`
	// Events that come during the calls.
	Events int `json:"events"`
}

type call struct {
	Call  string          `json:"call"`
	Args  json.RawMessage `json:"args"`
	Style string          `json:"style"`
}

// runSession connects in the background, uses two channels in turn, and prints a line for each call and
// for each event, and at the end what the health check has noticed.
func runSession(socket, file string) error {
	text, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var s session
	if err := json.Unmarshal(text, &s); err != nil {
		return err
	}
	core.HealthCheckProbeInterval = probeInterval
	connection, states, err := govpp.AsyncConnect(socket, 3, time.Second)
	if err != nil {
		return err
	}
	first := <-states
	printLine(map[string]any{"connected": first.State == core.Connected})
	channels, err := openChannels(connection)
	if err != nil {
		return err
	}
	events := make(chan api.Message, s.Events+100)
	if _, err := channels[0].SubscribeNotification(events, &interfaces.SwInterfaceEvent{}); err != nil {
		return err
	}
	for i, one := range s.Calls {
		replies, err := perform(connection, channels[i%len(channels)], one)
		if err != nil {
			return fmt.Errorf("%s: %w", one.Call, err)
		}
		printLine(map[string]any{"call": one.Call, "replies": replies})
	}
	if err := printEvents(events, s.Events); err != nil {
		return err
	}
	time.Sleep(5 * probeInterval)
	printLine(map[string]any{"troubles": len(states)})
	for _, ch := range channels {
		ch.Close()
	}
	connection.Disconnect()
	printLine(map[string]any{"disconnected": true})
	return nil
}

func openChannels(connection *core.Connection) ([]api.Channel, error) {
	channels := make([]api.Channel, 2)
	for i := range channels {
		ch, err := connection.NewAPIChannel()
		if err != nil {
			return nil, err
		}
		channels[i] = ch
	}
	return channels, nil
}

// perform returns the reply, the details of a dump, or the reply and the details of a cursor request.
func perform(connection *core.Connection, ch api.Channel, c call) (any, error) {
	request, err := message(c.Call)
	if err != nil {
		return nil, err
	}
	if err := json.Unmarshal(c.Args, request); err != nil {
		return nil, err
	}
	switch c.Style {
	case "dump":
		return dump(ch, request, c.Call)
	case "cursor":
		return cursor(connection, request, c.Call)
	}
	reply, err := message(c.Call + "_reply")
	if err != nil {
		return nil, err
	}
	// A retval that is not 0 is an error to GoVPP, and is in the reply as well.
	err = ch.SendRequest(request).ReceiveReply(reply)
	if _, refused := err.(api.VPPApiError); refused {
		err = nil
	}
	return reply, err
}

func dump(ch api.Channel, request api.Message, name string) ([]api.Message, error) {
	context := ch.SendMultiRequest(request)
	all := []api.Message{}
	for {
		details, err := message(name[:len(name)-len("_dump")] + "_details")
		if err != nil {
			return nil, err
		}
		stop, err := context.ReceiveReply(details)
		if stop || err != nil {
			return all, err
		}
		all = append(all, details)
	}
}

func cursor(connection *core.Connection, request api.Message, name string) ([]any, error) {
	stream, err := connection.NewStream(context.Background())
	if err != nil {
		return nil, err
	}
	defer stream.Close()
	if err := stream.SendMsg(request); err != nil {
		return nil, err
	}
	all := []api.Message{}
	for {
		answer, err := stream.RecvMsg()
		if err != nil {
			return nil, err
		}
		if answer.GetMessageName() == name+"_reply" {
			return []any{answer, all}, nil
		}
		all = append(all, answer)
	}
}

// message makes a new message of this name.
func message(name string) (api.Message, error) {
	for _, messages := range api.GetRegisteredMessages() {
		for _, known := range messages {
			if known.GetMessageName() == name {
				return reflect.New(reflect.TypeOf(known).Elem()).Interface().(api.Message), nil
			}
		}
	}
	return nil, fmt.Errorf("GoVPP has no message %s", name)
}

func printEvents(events <-chan api.Message, count int) error {
	deadline := time.After(patience)
	for i := 0; i < count; i++ {
		select {
		case event := <-events:
			printLine(map[string]any{"event": event.GetMessageName(), "fields": event})
		case <-deadline:
			return fmt.Errorf("%d of %d events came", i, count)
		}
	}
	return nil
}
