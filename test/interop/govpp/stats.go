package main

import (
	"go.fd.io/govpp/adapter"
	"go.fd.io/govpp/adapter/statsclient"
	"go.fd.io/govpp/api"
	"go.fd.io/govpp/core"
)

// readStats prints all entries by name, and the interfaces' counters as GoVPP puts them together.
func readStats(socket string) error {
	client := statsclient.NewStatsClient(socket)
	connection, err := core.ConnectStats(client)
	if err != nil {
		return err
	}
	defer connection.Disconnect()
	// Without a pattern GoVPP stops at the first entry that VPP has removed.
	entries, err := client.DumpStats("^/")
	if err != nil {
		return err
	}
	values := map[string]any{}
	for _, entry := range entries {
		values[string(entry.Name)] = plain(entry.Data)
	}
	var interfaces api.InterfaceStats
	if err := connection.GetInterfaceStats(&interfaces); err != nil {
		return err
	}
	printLine(map[string]any{"entries": values, "interfaces": interfaces.Interfaces})
	return nil
}

// plain gives names as text; JSON would have them in base64.
func plain(stat adapter.Stat) any {
	names, isNames := stat.(adapter.NameStat)
	if !isNames {
		return stat
	}
	texts := make([]string, len(names))
	for i, name := range names {
		texts[i] = string(name)
	}
	return texts
}
