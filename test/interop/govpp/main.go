// GoVPP, unmodified, with a VPP: `interop session SOCKET SESSION_JSON` or `interop stats SOCKET`.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/sirupsen/logrus"
	"go.fd.io/govpp/core"
)

func main() {
	core.SetLogLevel(logrus.ErrorLevel)
	switch os.Args[1] {
	case "session":
		check(runSession(os.Args[2], os.Args[3]))
	case "stats":
		check(readStats(os.Args[2]))
	default:
		check(fmt.Errorf("unknown command %q", os.Args[1]))
	}
}

func printLine(value any) {
	line, err := json.Marshal(value)
	check(err)
	fmt.Println(string(line))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}
