package wire

import (
	"time"

	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/storage"
)

// Consumer is a named reader of the log of changes.
type Consumer struct {
	Name      string             `json:"name"`
	Group     string             `json:"group,omitempty"`
	Store     string             `json:"store,omitempty" doc:"The store that it is confined to."`
	Resources []storage.Resource `json:"resources" doc:"The kinds of records that it reads; empty for all."`
	Position  int64              `json:"position" doc:"Every change up to this number was acknowledged."`
	Waiting   int                `json:"waiting" doc:"Changes that were not, up to 1000."`
	More      bool               `json:"more,omitempty" doc:"There are more than that."`
	// LagSeconds is how long the oldest of them has waited.
	LagSeconds  float64   `json:"lag_seconds" doc:"How long the oldest of them has waited; 0 when there is none."`
	CreatedAt   time.Time `json:"created_at"`
	SeenAt      time.Time `json:"seen_at,omitzero" doc:"When it last read, to the minute; absent for never."`
	AckedAt     time.Time `json:"acked_at,omitzero" doc:"When it last acknowledged; absent for never."`
	ForgetAfter int64     `json:"forget_after_seconds,omitempty" doc:"How long it may be silent before it is forgotten; absent for ever."`
}

// ConsumerOf is a consumer as it stands at a time.
func ConsumerOf(c storage.Consumer, lag feed.Lag, now time.Time) Consumer {
	v := Consumer{Name: c.Name, Resources: append([]storage.Resource{}, c.Resources...), Position: c.Seq,
		Waiting: lag.Waiting, More: lag.More, CreatedAt: c.CreatedAt, SeenAt: c.SeenAt, AckedAt: c.AckedAt,
		ForgetAfter: int64(c.Idle / time.Second)}
	if !lag.Since.IsZero() {
		v.LagSeconds = max(now.Sub(lag.Since), 0).Round(time.Millisecond).Seconds()
	}
	return v
}
