package main

import (
	"sync"

	"go.fd.io/govpp/api"
	interfaces "go.fd.io/govpp/binapi/interface"
	"go.fd.io/govpp/binapi/interface_types"
	"go.fd.io/govpp/binapi/memclnt"
	"go.fd.io/govpp/binapi/vpe"
	"go.fd.io/govpp/core"
)

const (
	mixedRounds   = 20
	callsOfARound = 4
)

// mixed has p.Window channels at once, each with one call at a time: a ping, a version, flags, a dump of
// one interface.
func mixed(c *core.Connection, p parameters) (figures, error) {
	channels := make([]api.Channel, p.Window)
	for i := range channels {
		ch, err := c.NewAPIChannel()
		if err != nil {
			return nil, err
		}
		defer ch.Close()
		channels[i] = ch
	}
	return rate(p, func() (int, error) {
		var group sync.WaitGroup
		failures := make(chan error, len(channels))
		for i, ch := range channels {
			group.Add(1)
			go func() {
				defer group.Done()
				failures <- workMixed(ch, interface_types.InterfaceIndex(1+i%10))
			}()
		}
		group.Wait()
		for range channels {
			if err := <-failures; err != nil {
				return 0, err
			}
		}
		return len(channels) * mixedRounds * callsOfARound, nil
	})
}

func workMixed(ch api.Channel, index interface_types.InterfaceIndex) error {
	for i := 0; i < mixedRounds; i++ {
		if err := ch.SendRequest(&memclnt.ControlPing{}).ReceiveReply(&memclnt.ControlPingReply{}); err != nil {
			return err
		}
		if err := ch.SendRequest(&vpe.ShowVersion{}).ReceiveReply(&vpe.ShowVersionReply{}); err != nil {
			return err
		}
		flags := &interfaces.SwInterfaceSetFlags{SwIfIndex: index, Flags: interface_types.IF_STATUS_API_FLAG_ADMIN_UP}
		if err := ch.SendRequest(flags).ReceiveReply(&interfaces.SwInterfaceSetFlagsReply{}); err != nil {
			return err
		}
		dump := ch.SendMultiRequest(&interfaces.SwInterfaceDump{SwIfIndex: index})
		for {
			stop, err := dump.ReceiveReply(&interfaces.SwInterfaceDetails{})
			if err != nil {
				return err
			}
			if stop {
				break
			}
		}
	}
	return nil
}
