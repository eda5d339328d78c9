package main

import (
	"fmt"

	"go.fd.io/govpp/api"
	interfaces "go.fd.io/govpp/binapi/interface"
	"go.fd.io/govpp/binapi/vlib"
	"go.fd.io/govpp/core"
)

// events gets interface events of a subscription; its buffer holds all of a pass, for GoVPP drops what
// does not fit. The benchmark's own server sends them at this command.
func events(c *core.Connection, p parameters) (figures, error) {
	ch, err := c.NewAPIChannel()
	if err != nil {
		return nil, err
	}
	defer ch.Close()
	received := make(chan api.Message, p.Count)
	if _, err := ch.SubscribeNotification(received, &interfaces.SwInterfaceEvent{}); err != nil {
		return nil, err
	}
	want := &interfaces.WantInterfaceEvents{EnableDisable: 1, PID: 1}
	if err := ch.SendRequest(want).ReceiveReply(&interfaces.WantInterfaceEventsReply{}); err != nil {
		return nil, err
	}
	command := &vlib.CliInband{Cmd: fmt.Sprintf("bench events %d", p.Count)}
	return rate(p, func() (int, error) {
		sent := ch.SendRequest(command)
		for i := 0; i < p.Count; i++ {
			sink = (<-received).(*interfaces.SwInterfaceEvent).SwIfIndex
		}
		return p.Count, sent.ReceiveReply(&vlib.CliInbandReply{})
	})
}
