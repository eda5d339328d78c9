package main

import (
	"encoding/binary"
	"os"

	interfaces "go.fd.io/govpp/binapi/interface"
	"go.fd.io/govpp/codec"
)

const (
	frameHeader   = 16
	messagesAPass = 1000
)

// decode decodes the sw_interface_details of a file of frames.
func decode(p parameters) (figures, error) {
	frames, err := os.ReadFile(p.Frames)
	if err != nil {
		return nil, err
	}
	return rate(p, func() (int, error) { return decodeAll(frames) })
}

// encode encodes ip_route_add_del with one path.
func encode(p parameters) (figures, error) {
	route := routeRequest(1, true)
	return rate(p, func() (int, error) {
		for i := 0; i < messagesAPass; i++ {
			bytes, err := codec.DefaultCodec.EncodeMsg(route, 100)
			if err != nil {
				return i, err
			}
			sink = bytes
		}
		return messagesAPass, nil
	})
}

func decodeAll(frames []byte) (int, error) {
	n := 0
	for at := 0; at < len(frames); n++ {
		start := at + frameHeader
		at = start + int(binary.BigEndian.Uint32(frames[at+8:]))
		details := &interfaces.SwInterfaceDetails{}
		if err := codec.DefaultCodec.DecodeMsg(frames[start:at], details); err != nil {
			return n, err
		}
		sink = details
	}
	return n, nil
}
