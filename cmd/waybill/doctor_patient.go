package main

import (
	"context"
	"strings"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/doctor"
	"github.com/waybillhq/waybill/internal/problem"
)

// patient is the store that is examined: an address with a key, or a connected store.
type patient struct {
	target doctor.Target
	// name of the connected store; empty for an address.
	name string
}

// newPatient finds out what is to be examined. A flag or variable that is there and empty counts as not given: scripts
// pass variables that may not be set.
func newPatient(ctx context.Context, a *app, opts *doctorOptions) (patient, error) {
	scopes, err := capability.ParseScopes(opts.scopes)
	if err != nil {
		return patient{}, usage(err)
	}
	p := patient{target: doctor.Target{
		URL: opts.store, Key: opts.key, Secret: opts.secret, Scopes: scopes, DeliveryURL: strings.TrimSpace(opts.deliveryURL),
	}}
	if p.target.Key == "" {
		p.target.Key = lookup(a.env, "WAYBILL_KEY")
	}
	if p.target.Secret == "" {
		p.target.Secret = lookup(a.env, "WAYBILL_SECRET")
	}
	if looksLikeAddress(opts.store) {
		return p, nil
	}
	return p, connectedPatient(ctx, a, &p, opts.store)
}

// looksLikeAddress tells an address from the name of a connected store.
func looksLikeAddress(text string) bool {
	return strings.ContainsAny(text, "/.:") || strings.EqualFold(text, "localhost")
}

func connectedPatient(_ context.Context, _ *app, _ *patient, name string) error {
	return problem.New(problem.Usage, "%q is no address", name).Next("Give the address of a shop, like https://shop.example")
}

func (p patient) adopt(context.Context, *app, *doctor.Report) error { return nil }
