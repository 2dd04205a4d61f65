package main

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/spelling"
	"github.com/waybillhq/waybill/internal/stores"
)

// doctorOptions are the flags of waybill doctor.
type doctorOptions struct {
	store       string
	key, secret string
	scopes      string
	deliveryURL string
	check       string
	explain     string
	save        string
	replay      string
	userAgent   string
	junit       bool
	markdown    bool
	watch       bool
	every       time.Duration
	requests    int
	list        bool
	permissions bool
	checklist   bool
	skipped     bool
	verbose     bool
	curl        bool
	adopt       bool
}

// patient is the store that is examined: an address with a key, or a connected store.
type patient struct {
	target  doctor.Target
	options []doctor.Option
	// learned is what writing to a connected store has taught about it.
	learned []string
	// waiting are the scopes that writes of a connected store need which are not settled.
	waiting []string
	// name of the connected store; empty for an address. groupID is its group.
	name    string
	groupID int64
}

// newPatient finds out what is to be examined. A flag or variable that is there and empty counts as not given: scripts
// pass variables that may not be set.
func newPatient(ctx context.Context, a *app, opts *doctorOptions) (patient, error) {
	scopes, err := parseScopes(opts.scopes)
	if err != nil {
		return patient{}, err
	}
	settings, err := a.serviceOptions(nil)
	if err != nil {
		return patient{}, err
	}
	var p patient
	if looksLikeAddress(opts.store) {
		p.target = doctor.Target{URL: opts.store, Key: a.getenv("WAYBILL_KEY"), Secret: a.getenv("WAYBILL_SECRET")}
	} else if err := p.connected(ctx, a, opts.store); err != nil {
		return patient{}, err
	}
	if p.options, err = service.DoctorOptions(settings, p.groupID); err != nil {
		return patient{}, err
	}
	if opts.userAgent != "" {
		p.options = append(p.options, doctor.WithUserAgent(opts.userAgent))
	}
	if opts.key != "" {
		p.target.Key = opts.key
	}
	if opts.secret != "" {
		p.target.Secret = opts.secret
	}
	if err := bothHalves(p.target); err != nil {
		return patient{}, err
	}
	if p.name == "" {
		if err := stores.CheckMarks(p.target.Key, p.target.Secret); err != nil {
			return patient{}, err
		}
		p.target.Key = withoutBlanks(a, p.target.Key)
	}
	p.target.Scopes, p.target.DeliveryURL = scopes, strings.TrimSpace(opts.deliveryURL)
	p.alsoWaiting(a)
	return p, nil
}

// bothHalves refuses half a key: examined without one, a store would be said to be well although a secret was
// forgotten.
func bothHalves(target doctor.Target) error {
	if (target.Key == "") == (target.Secret == "") {
		return nil
	}
	there, missing := "key", "secret"
	if target.Key == "" {
		there, missing = missing, there
	}
	return problem.New(problem.Usage, "the consumer %s was given and the consumer %s was not", there, missing).
		Next("Set both WAYBILL_KEY and WAYBILL_SECRET, or neither to ask without a key")
}

// alsoWaiting has the doctor ask for what writes wait for as well, and says so: a store is not healthy for somebody
// whose writes it refuses.
func (p *patient) alsoWaiting(a *app) {
	var more []capability.Scope
	for _, name := range p.waiting {
		if scope := capability.Scope(name); !slices.Contains(p.target.Scopes, scope) {
			more = append(more, scope)
		}
	}
	if len(more) == 0 {
		return
	}
	p.target.Scopes = append(p.target.Scopes, more...)
	a.note("Writes to %s wait or are parked, so this is asked for as well: %s. See them: waybill outbox list %s",
		p.name, capability.JoinScopes(more), p.name)
}

// looksLikeAddress tells an address from the name of a connected store. A name may hold dots, as an address does: what
// is connected under the name wins, see connected.
func looksLikeAddress(text string) bool {
	return strings.ContainsAny(text, "/:") || strings.EqualFold(text, "localhost")
}

// connected reads address and key of a connected store; the key of the environment is not for it. Another process may
// work on the stores meanwhile. A text with dots that is the name of none is an address.
func (p *patient) connected(ctx context.Context, a *app, name string) error {
	err := a.beside(ctx, nil, func(s *service.Asker) error {
		st, target, err := s.Patient(ctx, name)
		p.name, p.groupID, p.target = st.Name, st.GroupID, target
		if err == nil {
			p.learned, err = s.Lessons(ctx, st.ID)
		}
		if err == nil {
			p.waiting, err = s.WaitingFor(ctx, st.ID)
		}
		return err
	})
	if problem.Is(err, problem.StoreNotFound) && strings.Contains(name, ".") {
		p.target = doctor.Target{URL: name, Key: a.getenv("WAYBILL_KEY"), Secret: a.getenv("WAYBILL_SECRET")}
		return nil
	}
	return err
}

// adopt lets a connected store use the stop-gaps that were found.
func (p patient) adopt(ctx context.Context, a *app, report *doctor.Report) error {
	if p.name == "" {
		return problem.New(problem.Usage, "only a connected store can adopt a stop-gap; %s is an address",
			doctor.Redact(p.target.URL)).
			Next("Connect it, which adopts what works: waybill connect %s", doctor.Redact(p.target.URL))
	}
	return a.withStores(ctx, func(s *service.Service) error {
		done, err := s.Adopt(ctx, p.name, report)
		for _, what := range done {
			a.note("%s %s: %s", a.err.Good("✓ adopted for"), p.name, what)
		}
		if err == nil && len(done) == 0 {
			a.note("There is nothing to adopt: Waybill talks to %s in the best way that works already.", p.name)
		}
		return err
	})
}

// parseScopes reads the scopes of --for, and suggests the one that was meant by a word that is none.
func parseScopes(text string) ([]capability.Scope, error) {
	scopes, err := capability.ParseScopes(text)
	var unknown *capability.UnknownScopeError
	if errors.As(err, &unknown) {
		known := strings.Split(capability.JoinScopes(capability.Scopes), ", ")
		if meant := spelling.Meant(unknown.Word, known); len(meant) > 0 {
			return nil, problem.New(problem.Usage, "unknown scope %q", unknown.Word).
				Next("Did you mean %s?", strings.Join(meant, ", "))
		}
	}
	if err != nil {
		return nil, usage(err)
	}
	return scopes, nil
}

// noSuchCause says that there is no check or cause of an id, and suggests the one that was meant.
func noSuchCause(what, id string) error {
	var known []string
	for _, c := range doctor.Checks() {
		known = append(known, c.ID)
	}
	if what == "cause" {
		for _, v := range doctor.Invisibles() {
			known = append(known, v.ID)
		}
	}
	missing := problem.New(problem.Usage, "there is no %s %q", what, id)
	if meant := spelling.Nearest(id, known); meant != "" {
		return missing.Next("Did you mean %s? All of them: waybill doctor --list", meant)
	}
	return missing.Next("waybill doctor --list shows all")
}
