package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// AdminPath is where a [Server] shows and changes what is behind the store: its users, keys, requests and faults. A
// browser gets a page, programs JSON:
//
//	GET    state               users, keys without secrets, counts, the clock
//	GET    key                 the administrator's key and secret
//	GET    requests            the request log, oldest first
//	GET    faults              what is in force
//	POST   faults              add a [Fault]; answers {"id": "…"}
//	DELETE faults/ID-OR-NAME   end one; without a name end all and mend every breakage
//	GET    breakages           every [Breakage], and whether it is in force
//	POST   break/ID, mend/ID   see [Store.Break]
//	POST   reset               see [Store.Reset]
//	POST   clock               {"advance": "36h"}; see [Store.Advance]
//	POST   sites               {"path": "/berlin"} or {"domain": "berlin.localhost"}; see [Store.AddSite]
//	…      sites/PATH/…        all of this for a site of a network: sites/berlin/state
//
// The administration answers to loopback only, and faults do not happen to its requests. While a fault of TLS is in
// force, its clients offer [AdminProtocol].
const AdminPath = "/_sandbox/"

type admin struct{ store *Store }

// adminError is a refusal with its status.
type adminError struct {
	status  int
	message string
}

func (e adminError) Error() string { return e.message }

func refuse(w http.ResponseWriter, err error) {
	status := http.StatusBadRequest
	var known adminError
	if errors.As(err, &known) {
		status = known.status
	}
	_ = writeAdmin(w, status, map[string]string{"error": err.Error()})
}

func writeAdmin(w http.ResponseWriter, status int, value any) error {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	return encoder.Encode(value)
}

// done answers a change. A form of the page is sent back to the page.
func done(w http.ResponseWriter, r *http.Request, value any) error {
	if strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") {
		http.Redirect(w, r, AdminPath, http.StatusSeeOther)
		return nil
	}
	return writeAdmin(w, http.StatusOK, value)
}

func (a *admin) state(w http.ResponseWriter, _ *http.Request) error {
	return writeAdmin(w, http.StatusOK, a.store.State())
}

// key is what the store printed when it started: whoever runs it on this machine may have it again.
func (a *admin) key(w http.ResponseWriter, _ *http.Request) error {
	credentials, err := a.store.Credentials(defaultLogin)
	if err != nil {
		return err
	}
	return writeAdmin(w, http.StatusOK, map[string]string{"key": credentials.Key, "secret": credentials.Secret})
}

func (a *admin) requests(w http.ResponseWriter, _ *http.Request) error {
	return writeAdmin(w, http.StatusOK, a.store.Requests())
}

func (a *admin) faults(w http.ResponseWriter, _ *http.Request) error {
	return writeAdmin(w, http.StatusOK, a.store.Faults())
}

func (a *admin) addFault(w http.ResponseWriter, r *http.Request) error {
	var fault Fault
	switch sent, err := readBody(r, &fault); {
	case err != nil:
		return err
	case !sent:
		return errors.New(`a fault is sent as JSON: {"match": {"path": "/orders"}, "answer": {"status": 503}}`)
	}
	id, err := a.store.AddFault(fault)
	if err != nil {
		return err
	}
	return writeAdmin(w, http.StatusCreated, map[string]string{"id": id})
}

func (a *admin) removeFault(w http.ResponseWriter, r *http.Request) error {
	removed := a.store.RemoveFault(r.PathValue("id"))
	if removed == 0 {
		return adminError{http.StatusNotFound, "no fault has the id or name " + r.PathValue("id")}
	}
	return done(w, r, map[string]int{"removed": removed})
}

func (a *admin) clear(w http.ResponseWriter, r *http.Request) error {
	removed, broken := len(a.store.Faults()), a.store.Broken()
	for _, id := range broken {
		a.store.Mend(id)
	}
	a.store.ClearFaults()
	return done(w, r, struct {
		Removed int      `json:"removed"`
		Mended  []string `json:"mended,omitempty"`
	}{removed, broken})
}

// BreakageState is a breakage and whether it is in force.
type BreakageState struct {
	Breakage
	Broken bool `json:"broken"`
}

func (a *admin) breakages(w http.ResponseWriter, _ *http.Request) error {
	broken := map[string]bool{}
	for _, id := range a.store.Broken() {
		broken[id] = true
	}
	var list []BreakageState
	for _, b := range Breakages() {
		list = append(list, BreakageState{b, broken[b.ID]})
	}
	return writeAdmin(w, http.StatusOK, list)
}

func (a *admin) breakStore(w http.ResponseWriter, r *http.Request) error {
	id := r.PathValue("id")
	if id == "" {
		id = r.FormValue("id")
	}
	if err := a.store.Break(id); err != nil {
		return adminError{http.StatusNotFound, err.Error()}
	}
	return done(w, r, map[string]string{"broken": id})
}

func (a *admin) mend(w http.ResponseWriter, r *http.Request) error {
	a.store.Mend(r.PathValue("id"))
	return done(w, r, map[string]string{"mended": r.PathValue("id")})
}

func (a *admin) reset(w http.ResponseWriter, r *http.Request) error {
	if _, err := readBody(r, &struct{}{}); err != nil {
		return err
	}
	a.store.Reset()
	return done(w, r, map[string]bool{"reset": true})
}

// administered splits a path of the administration into the site that it is about and what comes after the site. The
// path names a site by its path without the slash, or by its domain.
func (s *Store) administered(path string) (site *Store, below string) {
	named, ok := strings.CutPrefix(path, AdminPath+"sites/")
	if !ok {
		return s, ""
	}
	name, below, _ := strings.Cut(named, "/")
	for _, site := range s.Sites() {
		if address := site.site.address(); address != "" && strings.TrimPrefix(address, "/") == name {
			return site, below
		}
	}
	return s, ""
}

func (a *admin) addSite(w http.ResponseWriter, r *http.Request) error {
	var site Site
	switch sent, err := readBody(r, &site); {
	case err != nil:
		return err
	case !sent:
		site = Site{Path: r.FormValue("path"), Domain: r.FormValue("domain"), Name: r.FormValue("name")}
	}
	added, err := a.store.AddSite(site)
	if err != nil {
		return err
	}
	credentials, err := added.Credentials(defaultLogin)
	if err != nil {
		return err
	}
	return writeAdmin(w, http.StatusCreated, map[string]string{
		"site": site.address(), "key": credentials.Key, "secret": credentials.Secret,
	})
}

func (a *admin) clock(w http.ResponseWriter, r *http.Request) error {
	var body struct{ Advance string }
	switch sent, err := readBody(r, &body); {
	case err != nil:
		return err
	case !sent:
		body.Advance = r.FormValue("advance")
	}
	by, err := time.ParseDuration(body.Advance)
	if err != nil {
		return fmt.Errorf(`the clock is moved by a span: {"advance": "36h"}, not %q`, body.Advance)
	}
	a.store.Advance(by)
	return done(w, r, map[string]time.Time{"now": a.store.Now()})
}
