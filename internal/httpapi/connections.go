package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/onboarding"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/internal/wire"
)

// NamedConnection holds the connection of a shop that a path names. A connection here is a shop's way through the
// approval page.
type NamedConnection struct {
	Connection string `path:"connection" doc:"The id of the connection." maxLength:"64"`
}

type beginConnectionInput struct {
	Body struct {
		URL       string   `json:"url" doc:"Address of the shop, as it is pasted." example:"https://shop.example" maxLength:"2000"`
		Name      string   `json:"name,omitempty" doc:"How the store is to be called; made of the address when absent." maxLength:"63"`
		Home      string   `json:"home,omitempty" enum:"given,named" doc:"Which address to use where the shop names another as its own; refused without."`
		Scopes    []string `json:"scopes,omitempty" doc:"What it is wanted for, such as orders:read. Where all of it is reading the key is asked for reading alone." maxItems:"50"`
		ReturnURL string   `json:"return_url,omitempty" doc:"Where the shop sends the browser of its owner afterwards, with success=1 or 0 behind it; a page of ours when absent. Without a query and without escapes." maxLength:"500"`
		Seconds   int64    `json:"expires_in_seconds,omitempty" minimum:"60" maximum:"604800" default:"3600" doc:"How long the owner has."`
		Sure      bool     `json:"sure,omitempty" doc:"Go on though it seems from here that it will not work."`
	}
}

type (
	connectionAnswer  struct{ Body wire.Connection }
	connectionsAnswer struct {
		Body struct {
			Connections []wire.Connection `json:"connections" doc:"The newest first."`
		}
	}
)

func (a *API) connectionRoutes() {
	const tag, one = "Stores", "/v1/connections/{connection}"
	register(a, operation{id: "begin-connection", method: http.MethodPost, path: "/v1/stores/connections", tag: tag,
		summary: "Connect a store by asking its owner to approve it", need: access.StoresWrite,
		status: http.StatusCreated, within: asking, errors: []int{409, 502},
		about: "The shop is looked at first, and whether it can hand a key over to here. Where it cannot, the answer " +
			"is 409 `approval_impossible` with a reason and the page on which a key is made by hand; nobody has been " +
			"sent anywhere then. Else send the owner of the shop to `approve_url`. The key comes here by itself, is " +
			"tried on that shop, and the first copy begins: see `GET /v1/connections/{connection}`."},
		a.beginConnection)
	register(a, operation{id: "list-connections", method: http.MethodGet, path: "/v1/connections", tag: tag,
		summary: "List stores on their way of being connected", need: access.StoresWrite}, a.listConnections)
	register(a, operation{id: "get-connection", method: http.MethodGet, path: one, tag: tag,
		summary: "Show how connecting a store stands, and who has to act", need: access.StoresWrite}, a.getConnection)
	register(a, operation{id: "cancel-connection", method: http.MethodDelete, path: one, tag: tag,
		summary: "Give up connecting a store", need: access.StoresWrite, status: http.StatusNoContent,
		about: "What its owner approves from then on is not taken. A store that is connected already stays."},
		a.cancelConnection)
}

func (a *API) beginConnection(ctx context.Context, in *beginConnectionInput) (*connectionAnswer, error) {
	about(ctx, in.Body.Name)
	w := onboarding.Wanted{URL: in.Body.URL, Name: in.Body.Name, Group: callerOf(ctx).GroupID,
		Home: stores.Home(in.Body.Home), ReturnURL: in.Body.ReturnURL, Sure: in.Body.Sure,
		Within: time.Duration(in.Body.Seconds) * time.Second}
	var err error
	if w.Scopes, err = scopesOf(in.Body.Scopes); err != nil {
		return nil, err
	}
	if w.Name, err = a.freeName(ctx, w.Name); err != nil {
		return nil, err
	}
	c, err := a.Onboarding.Begin(ctx, w)
	if err != nil {
		return nil, connectedElsewhere(ctx, err)
	}
	about(ctx, c.ID)
	return a.connectionAnswer(ctx, c, nil)
}

func (a *API) listConnections(ctx context.Context, _ *struct{}) (*connectionsAnswer, error) {
	all, err := a.Onboarding.Connections(ctx, callerOf(ctx).GroupID)
	if err != nil {
		return nil, err
	}
	var out connectionsAnswer
	out.Body.Connections = make([]wire.Connection, len(all))
	for i, c := range all {
		if out.Body.Connections[i], err = a.connectionView(ctx, c); err != nil {
			return nil, err
		}
	}
	return &out, nil
}

func (a *API) getConnection(ctx context.Context, in *NamedConnection) (*connectionAnswer, error) {
	c, err := a.Onboarding.Connection(ctx, callerOf(ctx).GroupID, in.Connection)
	return a.connectionAnswer(ctx, c, err)
}

func (a *API) cancelConnection(ctx context.Context, in *NamedConnection) (*struct{}, error) {
	return nil, a.Onboarding.Cancel(ctx, callerOf(ctx).GroupID, in.Connection)
}

func (a *API) connectionAnswer(ctx context.Context, c storage.Connection, err error) (*connectionAnswer, error) {
	if err != nil {
		return nil, err
	}
	view, err := a.connectionView(ctx, c)
	return &connectionAnswer{view}, err
}

func (a *API) connectionView(ctx context.Context, c storage.Connection) (wire.Connection, error) {
	groups, err := a.Keeper.GroupNames(ctx, callerOf(ctx))
	if err != nil {
		return wire.Connection{}, err
	}
	store := ""
	if c.StoreID != 0 {
		seen, err := a.visible(ctx)
		if err != nil {
			return wire.Connection{}, err
		}
		for _, st := range seen {
			if st.ID == c.StoreID {
				store = st.Name
			}
		}
	}
	return wire.ConnectionOf(c, a.Onboarding.Link(c), store, groups[c.GroupID]), nil
}
