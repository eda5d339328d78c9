package main

import (
	"go.fd.io/govpp/adapter/statsclient"
	"go.fd.io/govpp/api"
	"go.fd.io/govpp/core"
)

// pollStats reads all counters of all interfaces, poll after poll.
func pollStats(p parameters) (figures, error) {
	c, err := core.ConnectStats(statsclient.NewStatsClient(p.Stats))
	if err != nil {
		return nil, err
	}
	defer c.Disconnect()
	var stats api.InterfaceStats
	result, err := rateOfSingles(p, func() error { return c.GetInterfaceStats(&stats) }, func() {})
	sink = stats
	return result, err
}
