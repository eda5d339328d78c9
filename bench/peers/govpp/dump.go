package main

import (
	"context"
	"errors"
	"io"

	interfaces "go.fd.io/govpp/binapi/interface"
	"go.fd.io/govpp/binapi/interface_types"
	"go.fd.io/govpp/binapi/ip"
	"go.fd.io/govpp/core"
)

// sink keeps what was read from being optimised away.
var sink any

const allInterfaces = ^interface_types.InterfaceIndex(0)

// dumpInterfaces uses the generated client, the fastest of GoVPP's ways. GoVPP decodes every field of a
// message, so it makes no difference how many are read.
func dumpInterfaces(c *core.Connection, p parameters) (figures, error) {
	return rate(p, func() (int, error) {
		n := 0
		err := eachInterface(c, func(details *interfaces.SwInterfaceDetails) {
			sink = details
			n++
		})
		return n, err
	})
}

func eachInterface(c *core.Connection, use func(*interfaces.SwInterfaceDetails)) error {
	request := &interfaces.SwInterfaceDump{SwIfIndex: allInterfaces}
	stream, err := interfaces.NewServiceClient(c).SwInterfaceDump(context.Background(), request)
	if err != nil {
		return err
	}
	for {
		details, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		use(details)
	}
}

func dumpRoutes(c *core.Connection, p parameters) (figures, error) {
	client := ip.NewServiceClient(c)
	return rate(p, func() (int, error) {
		stream, err := client.IPRouteDump(context.Background(), &ip.IPRouteDump{})
		if err != nil {
			return 0, err
		}
		for n := 0; ; n++ {
			details, err := stream.Recv()
			if errors.Is(err, io.EOF) {
				return n, nil
			}
			if err != nil {
				return n, err
			}
			sink = details
		}
	})
}
