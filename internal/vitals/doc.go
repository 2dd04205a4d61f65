// Package vitals shows from outside how a running process is: whether it lives, whether it is ready, and its metrics in
// the form of Prometheus.
//
//   - /livez answers 200 while the process can answer at all: a supervisor restarts it when it does not.
//   - /readyz answers 200 while it works, and 503 with the reason while it starts, stops or has lost its database.
//     [Ask] asks that of a process from another one.
//   - /metrics has the conventional names: seconds, _total, labels only for what has few values. Stores are a label
//     only where somebody must be able to see one store's fault: how often a task of it failed in a row, and how late
//     it is.
//
// It answers no question about shops or records and holds no secret. It knows neither database nor engine: who wires
// the process tells it what happens ([Metrics]) and what to look at when it is asked ([Look]).
package vitals
