package main

import (
	"math"
	"sort"
	"syscall"
	"time"
)

// rate repeats a pass, first to warm up and then measured: messages a second, and microseconds of
// processor time that this process spends on a message. A pass returns how many messages it was.
func rate(p parameters, pass func() (int, error)) (figures, error) {
	if _, err := repeat(p.WarmUp, pass); err != nil {
		return nil, err
	}
	return repeat(p.Seconds, pass)
}

// rateOfSingles is rate with percentiles of the milliseconds that a single call takes. What happens in
// the pause before each call does not count.
func rateOfSingles(p parameters, call func() error, pause func()) (figures, error) {
	var times []float64
	pass := func() (int, error) {
		pause()
		start := time.Now()
		err := call()
		times = append(times, milliseconds(time.Since(start)))
		return 1, err
	}
	if _, err := repeat(p.WarmUp, pass); err != nil {
		return nil, err
	}
	times = times[:0]
	result, err := repeat(p.Seconds, pass)
	if err != nil {
		return nil, err
	}
	sort.Float64s(times)
	result["p50"] = percentile(times, 50)
	result["p99"] = percentile(times, 99)
	return result, nil
}

func repeat(seconds float64, pass func() (int, error)) (figures, error) {
	start := time.Now()
	cpu := cpuMicroseconds()
	messages := 0
	for {
		n, err := pass()
		if err != nil {
			return nil, err
		}
		messages += n
		if elapsed := time.Since(start).Seconds(); elapsed >= seconds {
			return figures{
				"perSecond":       float64(messages) / elapsed,
				"cpuMicroseconds": (cpuMicroseconds() - cpu) / float64(messages),
			}, nil
		}
	}
}

// cpuMicroseconds is the processor time of this process, in user code and in the kernel.
func cpuMicroseconds() float64 {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e3
}

func percentile(sorted []float64, percent float64) float64 {
	return sorted[int(math.Ceil(float64(len(sorted))*percent/100))-1]
}

func milliseconds(d time.Duration) float64 {
	return float64(d.Nanoseconds()) / 1e6
}
