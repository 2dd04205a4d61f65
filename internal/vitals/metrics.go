package vitals

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
)

// Metrics counts what a process does.
type Metrics struct {
	registry *prometheus.Registry

	jobs     *prometheus.CounterVec
	took     *prometheus.HistogramVec
	waited   *prometheus.HistogramVec
	requests *prometheus.CounterVec
	answers  *prometheus.HistogramVec
	changes  *prometheus.CounterVec
	writes   *prometheus.CounterVec
}

// seconds suit what takes from milliseconds to a minute.
var seconds = []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30, 60}

// New makes the metrics of a process of some version.
func New(version string) *Metrics {
	m := &Metrics{
		registry: prometheus.NewRegistry(),
		jobs: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "waybill_jobs_total", Help: "Jobs that ended, by task and outcome.",
		}, []string{"task", "outcome"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "waybill_job_duration_seconds", Help: "How long jobs took.", Buckets: seconds,
		}, []string{"task"}),
		waited: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "waybill_job_wait_seconds", Help: "How long jobs began after they were due.", Buckets: seconds,
		}, []string{"task"}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "waybill_store_requests_total",
			Help: "Requests to stores, by method and class of the answer (2xx to 5xx; none when nothing was answered).",
		}, []string{"method", "code"}),
		answers: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "waybill_store_request_duration_seconds", Help: "How long stores took to answer.", Buckets: seconds,
		}, []string{"method"}),
		changes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "waybill_changes_total", Help: "Changes of records that were logged, by kind.",
		}, []string{"kind"}),
		writes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "waybill_writes_total",
			Help: "Outcomes of writes: done, rejected, parked (a person decides), unknown (looked for on the store).",
		}, []string{"outcome"}),
	}
	build := prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Name: "waybill_build_info", Help: "Always 1; the version is the label.",
	}, []string{"version"})
	build.WithLabelValues(version).Set(1)
	m.registry.MustRegister(build, m.jobs, m.took, m.waited, m.requests, m.answers, m.changes, m.writes,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// Job is told of a job that ended.
func (m *Metrics) Job(task string, waited, took time.Duration, failed bool) {
	outcome := "ok"
	if failed {
		outcome = "error"
	}
	m.jobs.WithLabelValues(task, outcome).Inc()
	m.took.WithLabelValues(task).Observe(took.Seconds())
	m.waited.WithLabelValues(task).Observe(max(waited, 0).Seconds())
}

// Request is told of a request to a store; status is 0 when nothing was answered.
func (m *Metrics) Request(method string, status int, took time.Duration) {
	code := "none"
	if status >= 100 && status < 600 {
		code = string(rune('0'+status/100)) + "xx"
	}
	m.requests.WithLabelValues(method, code).Inc()
	m.answers.WithLabelValues(method).Observe(took.Seconds())
}

// Changes is told of changes that were logged.
func (m *Metrics) Changes(kind string, n int) { m.changes.WithLabelValues(kind).Add(float64(n)) }

// Writes is told of outcomes of writes.
func (m *Metrics) Writes(outcome string, n int) { m.writes.WithLabelValues(outcome).Add(float64(n)) }

// Store is how a store is at the moment.
type Store struct {
	Name   string
	Paused bool
	// Failures counts by task how often in a row it failed; 0 when it last went well.
	Failures map[string]int64
	// DueAt is when a task comes next, by task; zero when woken only.
	DueAt map[string]time.Time
}

// Look is what is looked at when somebody asks for the metrics.
type Look func(context.Context) (stores []Store, workers int, err error)

// Watch lets look be asked at each scrape, for the metrics of stores and workers.
func (m *Metrics) Watch(look Look, now func() time.Time) {
	m.registry.MustRegister(&looker{look: look, now: now})
}

// looker asks at each scrape, so that nothing has to be kept up to date between them.
type looker struct {
	look Look
	now  func() time.Time
}

var (
	storesDesc  = prometheus.NewDesc("waybill_stores", "Connected stores, by state.", []string{"state"}, nil)
	workersDesc = prometheus.NewDesc("waybill_workers", "Processes that run jobs on this database.", nil, nil)
	failDesc    = prometheus.NewDesc("waybill_store_failures",
		"How often in a row a task of a store has failed; 0 when it last went well.", []string{"store", "task"}, nil)
	lateDesc = prometheus.NewDesc("waybill_store_late_seconds",
		"For how long a task of a store has been due; 0 when it is not.", []string{"store", "task"}, nil)
	upDesc = prometheus.NewDesc("waybill_database_up", "1 when the database answered this scrape.", nil, nil)
)

// Describe names what Collect gives.
func (l *looker) Describe(to chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{storesDesc, workersDesc, failDesc, lateDesc, upDesc} {
		to <- d
	}
}

// Collect looks. A database that does not answer is a figure too, not an error of the scrape.
func (l *looker) Collect(to chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), lookLimit)
	defer cancel()
	stores, workers, err := l.look(ctx)
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		to <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	if err != nil {
		gauge(upDesc, 0)
		return
	}
	gauge(upDesc, 1)
	gauge(workersDesc, float64(workers))
	states := map[string]int{"active": 0, "paused": 0}
	for _, st := range stores {
		if st.Paused {
			states["paused"]++
			continue
		}
		states["active"]++
		for task, n := range st.Failures {
			gauge(failDesc, float64(n), st.Name, task)
		}
		for task, due := range st.DueAt {
			late := 0.0
			if now := l.now(); !due.IsZero() && due.Before(now) {
				late = now.Sub(due).Seconds()
			}
			gauge(lateDesc, late, st.Name, task)
		}
	}
	for state, n := range states {
		gauge(storesDesc, float64(n), state)
	}
}

// lookLimit bounds a look at the database.
const lookLimit = 3 * time.Second
