package main

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/waybillhq/waybill/internal/dashboard/stage"
)

// situation is a Waybill in some state, with the pages that are looked at in it.
type situation struct {
	name string
	set  func(ctx context.Context, s *stage.Stage) ([]picture, error)
}

// show sets the situation up, has its pages looked at and takes it down.
func (sit situation) show(ctx context.Context, look func(url string, pictures []picture) error) error {
	dir, err := os.MkdirTemp("", "screenshots-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s, err := stage.Open(ctx, stage.Options{Dir: dir, Gate: gate()})
	if err != nil {
		return err
	}
	defer func() { _ = s.Close(context.WithoutCancel(ctx)) }() // the pictures are made
	pictures, err := sit.set(ctx, s)
	if err != nil {
		return err
	}
	return look(s.URL(), pictures)
}

var lists = []picture{{"overview", "/"}, {"orders", "/orders"}, {"writes", "/writes"}, {"deliveries", "/deliveries"},
	{"subscriptions", "/subscriptions"}, {"consumers", "/consumers"}, {"jobs", "/jobs"}, {"search", "/search"}}

var situations = []situation{
	{"empty", func(context.Context, *stage.Stage) ([]picture, error) { return lists, nil }},
	{"full", func(ctx context.Context, s *stage.Stage) ([]picture, error) {
		if err := s.Full(ctx); err != nil {
			return nil, err
		}
		order, err := s.Order(ctx, "lantern-tea")
		if err != nil {
			return nil, err
		}
		if err := s.Sync(ctx, "lantern-tea"); err != nil {
			return nil, err
		}
		return append(slices.Clone(lists), picture{"shop", "/shops/lantern-tea"}, picture{"key", "/shops/lantern-tea/key"},
			picture{"shop-orders", "/orders?store=lantern-tea"},
			picture{"order", fmt.Sprintf("/shops/lantern-tea/orders/%d", order)},
			picture{"subscription", "/subscriptions/erp?try=yes"}, picture{"consumer", "/consumers/accounting"},
			picture{"nothing", "/nothing"}), nil
	}},
	{"broken", broken},
}

// broken is a Waybill with a shop whose host refuses it, a receiver that fails and a write that waits for a person.
func broken(ctx context.Context, s *stage.Stage) ([]picture, error) {
	if err := s.Full(ctx); err != nil {
		return nil, err
	}
	write, err := s.Park(ctx, "harbour-books")
	if err != nil {
		return nil, err
	}
	s.Answers(503)
	order, err := s.Order(ctx, "harbour-books")
	if err != nil {
		return nil, err
	}
	if err := s.Sync(ctx, "harbour-books"); err != nil {
		return nil, err
	}
	if err := s.Break(ctx, "north-bikes", "ua-blocked"); err != nil {
		return nil, err
	}
	return append(slices.Clone(lists), picture{"shop", "/shops/north-bikes"}, picture{"write", "/writes/" + write},
		picture{"order", fmt.Sprintf("/shops/harbour-books/orders/%d", order)},
		picture{"subscription", "/subscriptions/erp"}), nil
}
