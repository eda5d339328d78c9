package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"

	interfaces "go.fd.io/govpp/binapi/interface"
	"go.fd.io/govpp/binapi/memclnt"
	"go.fd.io/govpp/core"
)

// startUp tells the runner of the first reply by a line; then it measures memory, before and after all
// interfaces are dumped and held.
func startUp(c *core.Connection, _ parameters) (figures, error) {
	ch, err := c.NewAPIChannel()
	if err != nil {
		return nil, err
	}
	if err := ch.SendRequest(&memclnt.ControlPing{}).ReceiveReply(&memclnt.ControlPingReply{}); err != nil {
		return nil, err
	}
	fmt.Println("first reply")
	first := residentMegabytes()
	var held []*interfaces.SwInterfaceDetails
	err = eachInterface(c, func(details *interfaces.SwInterfaceDetails) { held = append(held, details) })
	dumped := residentMegabytes()
	sink = held
	return figures{"firstMegabytes": first, "dumpMegabytes": dumped}, err
}

// residentMegabytes is VmRSS of Linux, which counts in KiB.
func residentMegabytes() float64 {
	status, err := os.ReadFile("/proc/self/status")
	check(err)
	for _, line := range strings.Split(string(status), "\n") {
		if rest, found := strings.CutPrefix(line, "VmRSS:"); found {
			kibibytes, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(rest, "kB")), 64)
			check(err)
			return kibibytes * 1024 / 1e6
		}
	}
	return 0
}
