package feed

import (
	"bytes"
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/waybillhq/waybill/internal/feed/signature"
	"github.com/waybillhq/waybill/internal/feed/sink"
	"github.com/waybillhq/waybill/internal/storage"
)

// Keys seals and opens how receivers are reached, and what is signed with.
type Keys interface {
	// Hold keeps what seals from being replaced until release is called.
	Hold(ctx context.Context) (release func(), err error)
	SealSubscription(s storage.Subscription, plain []byte) ([]byte, error)
	OpenSubscription(s storage.Subscription) ([]byte, error)
}

// Overlap is how long events are signed with the previous secret too.
const Overlap = 24 * time.Hour

// sealed is what is kept encrypted of a subscription.
type sealed struct {
	Reach   sink.Reach `json:"reach"`
	Secrets []secret   `json:"secrets"`
}

// secret is something that is signed with; the newest has no end.
type secret struct {
	Secret string    `json:"secret"`
	Until  time.Time `json:"until,omitzero"`
}

func newSecrets(n NewSubscription) (made string, keep sealed, err error) {
	made = n.Secret
	if made == "" {
		made = signature.NewSecret()
	}
	if err := signature.CheckSecret(made); err != nil {
		return "", keep, err
	}
	return made, sealed{Reach: n.Reach, Secrets: []secret{{Secret: made}}}, nil
}

func (s *Subscriptions) seal(of storage.Subscription, keep sealed) ([]byte, error) {
	plain, err := json.Marshal(keep)
	if err != nil {
		return nil, err
	}
	return s.keys.SealSubscription(of, plain)
}

func (s *Subscriptions) unseal(of storage.Subscription) (kept sealed, err error) {
	plain, err := s.keys.OpenSubscription(of)
	if err != nil {
		return kept, err
	}
	return kept, json.Unmarshal(plain, &kept)
}

// RotateSecret makes a new secret, or takes the one given. For the time given events are signed with the previous
// secret too; 0 drops the previous one at once. The new secret is shown this once.
func (s *Subscriptions) RotateSecret(
	ctx context.Context, of storage.Subscription, given string, overlap time.Duration,
) (now storage.Subscription, made string, err error) {
	if made = given; made == "" {
		made = signature.NewSecret()
	}
	if err := signature.CheckSecret(made); err != nil {
		return of, "", err
	}
	release, err := s.keys.Hold(ctx)
	if err != nil {
		return of, "", err
	}
	defer release()
	now, err = s.change(ctx, of, func(_ storage.Tx, now *storage.Subscription) error {
		kept, err := s.unseal(*now)
		if err != nil {
			return err
		}
		at := s.opts.Now()
		secrets := []secret{{Secret: made}}
		for i, old := range kept.Secrets {
			if i == 0 {
				old.Until = at.Add(overlap)
			}
			if old.Until.After(at) && old.Secret != made {
				secrets = append(secrets, old)
			}
		}
		kept.Secrets = secrets
		now.Sealed, err = s.seal(*now, kept)
		return err
	})
	return now, made, err
}

// sinks are those that are open, so that their connections are used again.
type sinks struct {
	mu   sync.Mutex
	open map[int64]*opened
}

// opened is the sink of a subscription.
type opened struct {
	sink   sink.Sink
	sealed []byte
	// until is when the sink has to be made anew; zero for never.
	until time.Time
	used  time.Time
}

// keptOpen is how long a sink is kept that nobody uses.
const keptOpen = 10 * time.Minute

// sinkOf opens the sink of a subscription, or gives the one that is open.
func (s *Subscriptions) sinkOf(of storage.Subscription) (sink.Sink, error) {
	now := s.opts.Now()
	c := &s.sinks
	c.mu.Lock()
	defer c.mu.Unlock()
	for id, o := range c.open {
		if id != of.ID && now.Sub(o.used) > keptOpen {
			o.sink.Close()
			delete(c.open, id)
		}
	}
	if o := c.open[of.ID]; o != nil {
		if bytes.Equal(o.sealed, of.Sealed) && (o.until.IsZero() || now.Before(o.until)) {
			o.used = now
			return o.sink, nil
		}
		// What is under way through the old sink ends before it is closed. Brokers would keep its connections for good.
		delete(c.open, of.ID)
		time.AfterFunc(keptOpen, o.sink.Close)
	}
	kept, err := s.unseal(of)
	if err != nil {
		return nil, err
	}
	o := &opened{sealed: of.Sealed, used: now}
	for _, one := range kept.Secrets {
		if one.Until.IsZero() || one.Until.After(now) {
			kept.Reach.Secrets = append(kept.Reach.Secrets, one.Secret)
			if !one.Until.IsZero() && (o.until.IsZero() || one.Until.Before(o.until)) {
				o.until = one.Until
			}
		}
	}
	if o.sink, err = sink.Open(of.Sink, kept.Reach, s.opts.Sinks); err != nil {
		return nil, err
	}
	if c.open == nil {
		c.open = map[int64]*opened{}
	}
	c.open[of.ID] = o
	return o.sink, nil
}

// Close gives up the connections to receivers.
func (s *Subscriptions) Close() {
	s.sinks.mu.Lock()
	defer s.sinks.mu.Unlock()
	for id, o := range s.sinks.open {
		o.sink.Close()
		delete(s.sinks.open, id)
	}
}
