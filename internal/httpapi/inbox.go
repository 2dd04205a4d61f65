package httpapi

import (
	"context"
	"net/http"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/wire"
)

type inboxAnswer struct{ Body wire.Inbox }

func (a *API) inboxRoutes() {
	const tag = "Stores"
	register(a, operation{id: "get-inbox", method: http.MethodGet, path: "/v1/stores/{store}/inbox", tag: tag,
		summary: "Show how the webhooks of a store stand", need: access.StoresRead}, a.getInbox)
	register(a, operation{id: "check-inbox", method: http.MethodPost, path: "/v1/stores/{store}/inbox/check", tag: tag,
		summary: "Look after the webhooks of a store now", need: access.StoresWrite, status: http.StatusAccepted,
		errors: []int{409},
		about: "They are made where they are missing and mended where something is wrong with them, as happens every " +
			"half hour by itself. Ask for the inbox again to see how they stand then."}, a.checkInbox)
	register(a, operation{id: "rotate-inbox-secret", method: http.MethodPost, path: "/v1/stores/{store}/inbox/secret",
		tag: tag, summary: "Make a new secret for the webhooks of a store", need: access.StoresWrite,
		status: http.StatusAccepted, errors: []int{409},
		about: "The store is told by itself. The old secret is good until then, and a day longer."}, a.rotateInbox)
}

func (a *API) getInbox(ctx context.Context, in *NamedStore) (*inboxAnswer, error) {
	st, err := a.store(ctx, in.Store)
	return a.inboxAnswer(ctx, st, err)
}

func (a *API) checkInbox(ctx context.Context, in *NamedStore) (*inboxAnswer, error) {
	st, err := a.store(ctx, in.Store)
	if err == nil {
		err = a.Inbox.Check(ctx, st.ID)
	}
	return a.inboxAnswer(ctx, st, err)
}

func (a *API) rotateInbox(ctx context.Context, in *NamedStore) (*inboxAnswer, error) {
	st, err := a.store(ctx, in.Store)
	if err == nil {
		err = a.Inbox.Rotate(ctx, st.ID)
	}
	return a.inboxAnswer(ctx, st, err)
}

func (a *API) inboxAnswer(ctx context.Context, st storage.Store, err error) (*inboxAnswer, error) {
	if err != nil {
		return nil, err
	}
	view, err := a.inbox(ctx, st)
	return &inboxAnswer{view}, err
}

// inbox returns the state of a store's webhooks.
func (a *API) inbox(ctx context.Context, st storage.Store) (wire.Inbox, error) {
	h, there, err := a.Inbox.Hook(ctx, st.ID)
	if err != nil || !there {
		return wire.NoInbox(), err
	}
	return wire.InboxOf(h, a.Inbox.Address(h)), nil
}
