package wire

import (
	"time"

	"github.com/waybillhq/waybill/internal/storage"
)

// Inbox is how the webhooks of a store stand.
type Inbox struct {
	State   string `json:"state" doc:"off: none are made, the store is polled. pending: they are to be made. active: they come. unreachable: they are on the store, and nothing of it has come. paused: somebody paused one there. refused: the key may not have any. The store is polled in every case."`
	Why     string `json:"why,omitempty" doc:"What is wrong, for people."`
	Address string `json:"address,omitempty" doc:"Where the store sends them."`
	// Webhooks are those on the store.
	Webhooks    []storage.HookWebhook `json:"webhooks"`
	CheckedAt   time.Time             `json:"checked_at,omitzero" doc:"When the store was last asked for them."`
	DeliveredAt time.Time             `json:"delivered_at,omitzero" doc:"When the last one came."`
	PingedAt    time.Time             `json:"pinged_at,omitzero" doc:"When the store last sent a test request."`
	Repairs     int64                 `json:"repairs" doc:"Webhooks that were mended so far."`
	Refused     int64                 `json:"refused" doc:"Requests with a wrong signature so far."`
	RefusedAt   time.Time             `json:"refused_at,omitzero" doc:"When the last one of these came."`
	RotatedAt   time.Time             `json:"rotated_at,omitzero" doc:"When the store was told the secret that it signs with."`
	SecretSent  bool                  `json:"secret_sent" doc:"The store was told the newest secret."`
}

// InboxOff is the state of a store without webhooks.
const InboxOff = "off"

// NoInbox is that of a store without webhooks.
func NoInbox() Inbox { return Inbox{State: InboxOff, Webhooks: []storage.HookWebhook{}} }

// InboxOf is how webhooks stand that come to an address; empty where it is not known.
func InboxOf(h storage.Hook, address string) Inbox {
	return Inbox{State: string(h.State), Why: h.Why, Address: address,
		Webhooks: append([]storage.HookWebhook{}, h.Webhooks...), CheckedAt: h.CheckedAt, DeliveredAt: h.DeliveredAt,
		PingedAt: h.PingedAt, Repairs: h.Repairs, Refused: h.Refused, RefusedAt: h.RefusedAt, RotatedAt: h.RotatedAt,
		SecretSent: h.SecretSent}
}
