// GoVPP as a client of the benchmark: does the work that its argument names and prints one line.
// ../../parameters.ts says what the argument and the line are.
package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/sirupsen/logrus"
	"go.fd.io/govpp"
	"go.fd.io/govpp/core"
)

type parameters struct {
	Work    string  `json:"work"`
	Socket  string  `json:"socket"`
	Shm     *string `json:"shm"`
	Stats   string  `json:"stats"`
	Frames  string  `json:"frames"`
	WarmUp  float64 `json:"warmUp"`
	Seconds float64 `json:"seconds"`
	Window  int     `json:"window"`
	Count   int     `json:"count"`
	Fields  string  `json:"fields"`
}

type figures map[string]float64

type outcome struct {
	Figures figures `json:"figures,omitempty"`
	Skip    string  `json:"skip,omitempty"`
}

var errSkip = errors.New("not part of this program")

func main() {
	var p parameters
	check(json.Unmarshal([]byte(os.Args[1]), &p))
	// GoVPP logs each slow reply and each full buffer, which would be measured as well.
	logrus.SetLevel(logrus.ErrorLevel)
	core.SetLogLevel(logrus.ErrorLevel)
	result, err := run(p)
	if errors.Is(err, errSkip) {
		print(outcome{Skip: err.Error()})
		return
	}
	check(err)
	print(outcome{Figures: result})
}

func run(p parameters) (figures, error) {
	switch p.Work {
	case "decode":
		return decode(p)
	case "encode":
		return encode(p)
	case "stats":
		return pollStats(p)
	}
	if p.Shm != nil {
		return nil, fmt.Errorf("%w: GoVPP has no shared memory", errSkip)
	}
	work, known := works[p.Work]
	if !known {
		return nil, errSkip
	}
	c, err := govpp.Connect(p.Socket)
	if err != nil {
		return nil, err
	}
	defer c.Disconnect()
	return work(c, p)
}

var works = map[string]func(*core.Connection, parameters) (figures, error){
	"ping":          ping,
	"pausedPing":    pausedPing,
	"pipelinedPing": pipelinedPing,
	"dump":          dumpInterfaces,
	"dumpRoutes":    dumpRoutes,
	"mixed":         mixed,
	"events":        events,
	"addRoutes":     addRoutes,
	"startUp":       startUp,
}

func print(o outcome) {
	line, err := json.Marshal(o)
	check(err)
	fmt.Println(string(line))
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "error:", err)
		os.Exit(1)
	}
}
