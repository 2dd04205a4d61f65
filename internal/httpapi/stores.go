package httpapi

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/follow"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
	"github.com/waybillhq/waybill/internal/stores"
	"github.com/waybillhq/waybill/internal/wire"
)

type storeAnswer struct{ Body wire.Store }

type storesAnswer struct {
	Body struct {
		Stores []wire.Store `json:"stores"`
	}
}

// Credentials are a key of WooCommerce.
type Credentials struct {
	Key    string `json:"key" doc:"Consumer key." example:"ck_…" maxLength:"200"`
	Secret string `json:"secret" doc:"Consumer secret." example:"cs_…" maxLength:"200"`
}

type connectInput struct {
	Body struct {
		Credentials
		URL    string   `json:"url" doc:"Address of the shop, as it is pasted." example:"https://shop.example" maxLength:"2000"`
		Name   string   `json:"name,omitempty" doc:"How it is to be called; made of the address when absent." maxLength:"63"`
		Home   string   `json:"home,omitempty" enum:"given,named" doc:"Which address to use where the shop names another as its own; refused without."`
		Scopes []string `json:"scopes,omitempty" doc:"What it is wanted for, such as orders:read or orders:write." maxItems:"50"`
	}
}

type connectAnswer struct {
	Body struct {
		wire.Store
		Orders int      `json:"orders" doc:"Orders that the store reports; -1 when it was not asked or does not say."`
		Notes  []string `json:"notes" doc:"What a person should know of the connection."`
	}
}

type rekeyInput struct {
	NamedStore
	Body Credentials
}

type moveInput struct {
	NamedStore
	Body struct {
		URL  string `json:"url" doc:"Where the shop is now." example:"https://new.example" maxLength:"2000"`
		Sure bool   `json:"sure,omitempty" doc:"Also where the old address still answers as a shop, or the newest order is gone."`
	}
}

func (a *API) storeRoutes() {
	const tag = "Stores"
	register(a, operation{id: "list-stores", method: http.MethodGet, path: "/v1/stores", tag: tag,
		summary: "List stores", need: access.StoresRead}, a.listStores)
	register(a, operation{id: "connect-store", method: http.MethodPost, path: "/v1/stores", tag: tag,
		summary: "Connect a store by a key", need: access.StoresWrite, status: http.StatusCreated, within: asking,
		about: "The doctor looks at the store first, and an error names the cause that it found. Nothing is kept " +
			"when the key does not work. The first copy begins at once.", errors: []int{409, 502}}, a.connectStore)
	register(a, operation{id: "get-store", method: http.MethodGet, path: "/v1/stores/{store}", tag: tag,
		summary: "Show a store", need: access.StoresRead}, a.getStore)
	register(a, operation{id: "remove-store", method: http.MethodDelete, path: "/v1/stores/{store}", tag: tag,
		summary: "Forget a store, its key and its mirror", need: access.StoresWrite, status: http.StatusNoContent,
		about: "Nothing changes on the store itself.", within: asking}, a.removeStore)
	register(a, operation{id: "replace-key", method: http.MethodPut, path: "/v1/stores/{store}/key", tag: tag,
		summary: "Replace the key of a store", need: access.StoresWrite, within: asking,
		about:  "The key is kept after it was seen to work. Mirror, changes and waiting writes stay as they are.",
		errors: []int{409, 502}}, a.replaceKey)
	register(a, operation{id: "move-store", method: http.MethodPost, path: "/v1/stores/{store}/move", tag: tag,
		summary: "Follow a shop to its new address", need: access.StoresWrite, within: asking,
		about: "The key must work there, the newest order of the mirror be the same there, and the old address be no " +
			"shop of its own any more. Mirror, changes and waiting writes stay as they are.",
		errors: []int{409, 502}}, a.moveStore)
	register(a, operation{id: "pause-store", method: http.MethodPost, path: "/v1/stores/{store}/pause", tag: tag,
		summary: "Ask nothing of a store until it is resumed", need: access.StoresWrite}, a.pauseStore)
	register(a, operation{id: "resume-store", method: http.MethodPost, path: "/v1/stores/{store}/resume", tag: tag,
		summary: "Let work on a store go on", need: access.StoresWrite}, a.resumeStore)
	register(a, operation{id: "sync-store", method: http.MethodPost, path: "/v1/stores/{store}/sync", tag: tag,
		summary: "Bring the mirror of a store up to date now", need: access.StoresWrite, status: http.StatusAccepted,
		within: asking, errors: []int{409, 502},
		about: "Answers at once with 202. With `Prefer: wait=N` it answers 200 with a report when the mirror is up " +
			"to date, or 202 after N seconds."}, a.syncStore)
	register(a, operation{id: "verify-store", method: http.MethodPost, path: "/v1/stores/{store}/verification", tag: tag,
		summary: "Prove that the mirror equals its store", need: access.StoresWrite, within: asking,
		errors: []int{409, 502},
		about: "Reads the store again and compares every record with the mirror, value by value. It changes neither. " +
			"It takes about one request for every hundred records, and no longer than four minutes: name `resources` " +
			"where a store is larger. Where records differ the answer names the members, not what stands in them."},
		a.verify)
	register(a, operation{id: "diagnose-store", method: http.MethodPost, path: "/v1/stores/{store}/diagnosis", tag: tag,
		summary: "Let the doctor examine a store", need: access.DoctorRun, within: asking,
		about: "Nothing is changed on the store. With `adopt` Waybill takes over what the doctor found to work: " +
			"another address, another way for the key to travel."}, a.diagnose)
}

func (a *API) listStores(ctx context.Context, _ *struct{}) (*storesAnswer, error) {
	seen, err := a.visible(ctx)
	if err != nil {
		return nil, err
	}
	var out storesAnswer
	out.Body.Stores = make([]wire.Store, len(seen))
	for i, st := range seen {
		if out.Body.Stores[i], err = a.viewOf(ctx, st); err != nil {
			return nil, err
		}
	}
	return &out, nil
}

// viewOf returns a store as the API shows it, with the counts of its mirror and its group.
func (a *API) viewOf(ctx context.Context, st storage.Store) (wire.Store, error) {
	view := wire.StoreOf(st)
	var err error
	if view.Mirrored, err = a.mirrored(ctx, st); err != nil {
		return view, err
	}
	inbox, err := a.inbox(ctx, st)
	if err != nil {
		return view, err
	}
	view.Webhooks = inbox.State
	if st.GroupID != 0 {
		names, err := a.Keeper.GroupNames(ctx, callerOf(ctx))
		if err != nil {
			return view, err
		}
		view.Group = names[st.GroupID]
	}
	return view, nil
}

func (a *API) mirrored(ctx context.Context, st storage.Store) (*wire.Mirrored, error) {
	var m wire.Mirrored
	for resource, into := range map[storage.Resource]*int{
		storage.Orders: &m.Orders, storage.Products: &m.Products, storage.Customers: &m.Customers,
	} {
		c, err := a.Records.Counts(ctx, st.ID, resource)
		if err != nil {
			return nil, err
		}
		*into = c.Live
	}
	return &m, nil
}

func (a *API) connectStore(ctx context.Context, in *connectInput) (*connectAnswer, error) {
	about(ctx, in.Body.Name)
	c := stores.Connection{URL: in.Body.URL, Key: in.Body.Key, Secret: in.Body.Secret, Name: in.Body.Name,
		Group: callerOf(ctx).GroupID, Home: stores.Home(in.Body.Home)}
	var err error
	if c.Scopes, err = scopesOf(in.Body.Scopes); err != nil {
		return nil, err
	}
	if c.Name, err = a.freeName(ctx, c.Name); err != nil {
		return nil, err
	}
	connected, _, err := a.Connector.ConnectExamined(ctx, c)
	if err != nil {
		return nil, connectedElsewhere(ctx, err)
	}
	about(ctx, connected.Store.Name)
	var out connectAnswer
	out.Body.Store, err = a.viewOf(ctx, connected.Store)
	out.Body.Orders, out.Body.Notes = connected.Orders, append([]string{}, connected.Notes...)
	return &out, err
}

// connectedElsewhere replaces a problem about a connected shop for a caller that is limited to a group. The new problem
// does not name the store, which may belong to another group.
func connectedElsewhere(ctx context.Context, err error) error {
	if problem.Is(err, problem.StoreExists) && callerOf(ctx).GroupID != 0 {
		return storeExists()
	}
	return err
}

// freeName returns the name that was asked for. If a store that does not exist for the caller has the name, a number is
// added to it. All groups share one list of names, and a refusal would tell of another group's store.
func (a *API) freeName(ctx context.Context, asked string) (string, error) {
	name := asked
	for n := 2; name != ""; n++ {
		st, err := a.Finder.Store(ctx, name)
		if problem.Is(err, problem.StoreNotFound) {
			return name, nil
		}
		if err != nil || callerOf(ctx).Sees(st) {
			return name, err
		}
		name = fmt.Sprintf("%s-%d", asked, n)
	}
	return name, nil
}

// scopesOf reads the scopes for which a store is wanted. The error is a problem for an unknown scope.
func scopesOf(words []string) ([]doctor.Scope, error) {
	if len(words) == 0 {
		return nil, nil
	}
	scopes, err := capability.ParseScopes(strings.Join(words, ","))
	if err != nil {
		return nil, scopesRefused(err)
	}
	return scopes, nil
}

func (a *API) getStore(ctx context.Context, in *NamedStore) (*storeAnswer, error) {
	st, err := a.store(ctx, in.Store)
	return a.storeAnswer(ctx, st, err)
}

func (a *API) storeAnswer(ctx context.Context, st storage.Store, err error) (*storeAnswer, error) {
	if err != nil {
		return nil, err
	}
	view, err := a.viewOf(ctx, st)
	return &storeAnswer{view}, err
}

func (a *API) removeStore(ctx context.Context, in *NamedStore) (*struct{}, error) {
	st, err := a.store(ctx, in.Store)
	if err == nil {
		_, _, err = a.Connector.Remove(ctx, st.Name)
	}
	return nil, err
}

func (a *API) moveStore(ctx context.Context, in *moveInput) (*storeAnswer, error) {
	st, err := a.store(ctx, in.Store)
	if err != nil {
		return nil, err
	}
	moved, err := a.Connector.Move(ctx, st.Name, in.Body.URL, in.Body.Sure)
	return a.storeAnswer(ctx, moved, connectedElsewhere(ctx, err))
}

func (a *API) replaceKey(ctx context.Context, in *rekeyInput) (*storeAnswer, error) {
	st, err := a.store(ctx, in.Store)
	if err != nil {
		return nil, err
	}
	connected, err := a.Connector.Rekey(ctx, st.Name, stores.Connection{Key: in.Body.Key, Secret: in.Body.Secret})
	return a.storeAnswer(ctx, connected.Store, err)
}

func (a *API) pauseStore(ctx context.Context, in *NamedStore) (*storeAnswer, error) {
	st, err := a.store(ctx, in.Store)
	if err == nil {
		st, err = a.Connector.Pause(ctx, st.Name)
	}
	return a.storeAnswer(ctx, st, err)
}

func (a *API) resumeStore(ctx context.Context, in *NamedStore) (*storeAnswer, error) {
	st, err := a.store(ctx, in.Store)
	if err == nil {
		st, err = a.Connector.Resume(ctx, st.Name)
	}
	return a.storeAnswer(ctx, st, err)
}

type syncInput struct {
	NamedStore
	Preference
	Thorough   bool `query:"thorough" doc:"With wait: compare every field of every record, due or not."`
	AcceptLoss bool `query:"accept_loss" doc:"With wait: delete here too what is gone from the store, however much it is."`
}

type syncAnswer struct {
	Status  int
	Applied string `header:"Preference-Applied"`
	Body    struct {
		Store  string       `json:"store"`
		Report *wire.Synced `json:"report,omitempty" doc:"What was done; absent where it goes on."`
	}
}

func (a *API) syncStore(ctx context.Context, in *syncInput) (*syncAnswer, error) {
	st, err := a.store(ctx, in.Store)
	if err != nil {
		return nil, err
	}
	if st.Paused {
		return nil, storePaused(st.Name)
	}
	out := syncAnswer{Status: http.StatusAccepted}
	out.Body.Store = st.Name
	wait, applied := in.wait()
	if wait == 0 && in.AcceptLoss {
		return nil, lossNeedsWaiting()
	}
	if wait == 0 {
		return &out, a.Follower.Wake(ctx, st.ID)
	}
	out.Applied = applied
	waiting, cancel, err := a.waiting(ctx, wait)
	if err != nil {
		return nil, err
	}
	defer cancel()
	how := follow.How{Thorough: in.Thorough, AcceptLoss: in.AcceptLoss}
	report, err := a.Follower.Sync(waiting, st, how, nil)
	if waiting.Err() != nil && ctx.Err() == nil {
		// What was read so far is kept. The process that works for the store continues from there.
		return &out, a.Follower.Wake(ctx, st.ID)
	}
	if err != nil {
		return nil, err
	}
	synced := wire.SyncedOf(report)
	out.Status, out.Body.Report = http.StatusOK, &synced
	return &out, nil
}

type diagnosisInput struct {
	NamedStore
	Body struct {
		Scopes []string `json:"scopes,omitempty" doc:"What it is wanted for; orders, products and customers when absent."`
		Adopt  bool     `json:"adopt,omitempty" doc:"Take over what was found to work. Needs the scope stores:write too."`
	}
}

type diagnosisAnswer struct {
	Body struct {
		Report  *doctor.Report `json:"report" doc:"As waybill doctor --json prints it."`
		Adopted []string       `json:"adopted" doc:"What was taken over, in words."`
	}
}

func (a *API) diagnose(ctx context.Context, in *diagnosisInput) (*diagnosisAnswer, error) {
	if in.Body.Adopt {
		if err := access.Allowed(callerOf(ctx), access.StoresWrite); err != nil {
			return nil, err
		}
	}
	st, err := a.store(ctx, in.Store)
	if err != nil {
		return nil, err
	}
	scopes, err := scopesOf(in.Body.Scopes)
	if err != nil {
		return nil, err
	}
	if len(scopes) == 0 {
		scopes = stores.ReadScopes()
	}
	_, target, err := a.Examiner.Patient(ctx, st.Name)
	if err != nil {
		return nil, err
	}
	target.Scopes = scopes
	var out diagnosisAnswer
	out.Body.Adopted = []string{}
	if out.Body.Report, err = a.Examiner.Examine(ctx, st.GroupID, target); err != nil || !in.Body.Adopt {
		return &out, err
	}
	done, err := a.Connector.Adopt(ctx, st.Name, out.Body.Report)
	out.Body.Adopted = append(out.Body.Adopted, done...)
	return &out, err
}
