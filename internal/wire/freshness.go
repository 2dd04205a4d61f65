package wire

import (
	"time"

	"github.com/waybillhq/waybill/internal/freshness"
)

// Freshness is how fresh a mirror is and was.
type Freshness struct {
	// Now is absent where nobody has looked yet.
	Now   string    `json:"now,omitempty" enum:"on_time,first,late,waiting,down" doc:"How fresh it is, measured against the pause that was meant to be kept: late is over twice that. first: its first copy is not finished; waiting: a person must do something."`
	Since time.Time `json:"since,omitzero" doc:"Since when it is."`
	// UsualSeconds is the pause that was meant to be kept.
	UsualSeconds float64 `json:"usual_seconds,omitempty" doc:"The pause between two looks that was meant to be kept."`

	From            time.Time       `json:"from" doc:"When the first interval begins."`
	IntervalSeconds float64         `json:"interval_seconds"`
	Intervals       []FreshInterval `json:"intervals" doc:"The oldest first; the last one is not over."`
}

// FreshInterval is one interval of a strip.
type FreshInterval struct {
	State      string  `json:"state" enum:"unknown,on_time,first,late,waiting,down" doc:"The worst of the interval; unknown where nobody looked."`
	BadSeconds float64 `json:"bad_seconds,omitempty" doc:"How much of it it was late, down or waiting."`
}

// FreshnessOf is a strip in JSON.
func FreshnessOf(s freshness.Strip) Freshness {
	v := Freshness{Now: string(s.Now), Since: s.Since, UsualSeconds: s.Usual.Seconds(), From: s.From,
		IntervalSeconds: s.Interval.Seconds(), Intervals: make([]FreshInterval, len(s.Intervals))}
	for i, p := range s.Intervals {
		state := string(p.State)
		if p.State == freshness.Unknown {
			state = "unknown"
		}
		v.Intervals[i] = FreshInterval{State: state, BadSeconds: p.Bad.Round(time.Millisecond).Seconds()}
	}
	return v
}
