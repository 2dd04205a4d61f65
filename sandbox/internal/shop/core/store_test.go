package core

import (
	"slices"
	"testing"
	"time"

	"github.com/waybillhq/waybill/capability"
	"github.com/waybillhq/waybill/sandbox/internal/identity"
	"github.com/waybillhq/waybill/sandbox/internal/rest"
)

func ground(config Config) *Store {
	return New(config, func(capability.Version) Options { return Options{"woocommerce_currency": "USD"} })
}

func TestMetaDataIsChangedByIDElseByKey(t *testing.T) {
	t.Parallel()
	var next Counter
	list := MetaList{}
	list.Update("a", "1", nil)
	list.Update("b", "2", nil)
	list.Update("a", "3", nil)      // by key
	list.Update("c", "4", int64(2)) // no such id yet: a new entry
	list.Save(&next)
	list.Update("renamed", int64(5), int64(2)) // by id, key and all
	list.Update("a", nil, nil)
	list.Save(&next)
	var got []string
	for _, m := range list {
		got = append(got, Itoa(m.ID)+m.Key+rest.Text(m.Value))
	}
	if want := []string{"2renamed5", "3c4"}; !slices.Equal(got, want) {
		t.Errorf("the entries are %q, want %q", got, want)
	}
}

func TestIdentifiersAreNeverUsedTwice(t *testing.T) {
	t.Parallel()
	s := ground(Config{})
	if first, second := s.NextPostID(), s.NextPostID(); first != 10 || second != 11 {
		t.Errorf("the first posts are %d and %d, want 10 and 11", first, second)
	}
	s.Reset()
	if again := s.NextPostID(); again != 10 {
		t.Errorf("after a reset the first post is %d", again)
	}
}

func TestDatesWithoutAZoneAreTheStores(t *testing.T) {
	t.Parallel()
	s := ground(Config{})
	s.SetOption("timezone_string", "America/New_York")
	for text, want := range map[string]string{
		"2026-07-01T12:00:00":       "2026-07-01T16:00:00",
		"2026-01-01T12:00:00":       "2026-01-01T17:00:00",
		"2026-07-01T12:00:00Z":      "2026-07-01T12:00:00",
		"2026-07-01T12:00:00+02:00": "2026-07-01T10:00:00",
		"2026-02-30 00:00:00":       "2026-03-02T05:00:00", // PHP counts on
	} {
		at, ok := s.ParseMoment(text)
		if got := GMTTime(at); !ok || got != want {
			t.Errorf("%s is %s, want %s", text, got, want)
		}
	}
}

func TestWhoWatchesOptionsHearsOfChangesOnly(t *testing.T) {
	t.Parallel()
	s := ground(Config{})
	var heard []string
	s.WatchOptions(func(name string) { heard = append(heard, name) })
	s.SetOption("woocommerce_currency", "USD")
	s.SetOption("woocommerce_currency", "EUR")
	if !slices.Equal(heard, []string{"woocommerce_currency"}) {
		t.Errorf("heard of %q", heard)
	}
}

func TestListenersAreToldInOrderUnlessPHPDies(t *testing.T) {
	t.Parallel()
	s := ground(Config{})
	var heard []string
	for _, name := range []string{"first ", "second "} {
		s.Listen(func(e Event) { heard = append(heard, name+e.Hook+" "+Itoa(e.ID)+" by "+Itoa(e.Actor)) })
	}
	s.Actor(&identity.User{ID: 3}).Fire("hook", 7)
	if !slices.Equal(heard, []string{"first hook 7 by 3", "second hook 7 by 3"}) {
		t.Errorf("heard %q", heard)
	}
	dying := s.Actor(nil)
	dying.Dies = "hook"
	defer func() {
		if recover() == nil || len(heard) != 2 {
			t.Errorf("PHP did not die in the hook, or somebody heard of it: %q", heard)
		}
	}()
	dying.Fire("hook", 8)
}

func TestAFactHoldsFromItsFirstVersionUpToItsLast(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]bool{"10.0.2": false, "10.1.0": true, "10.3.9": true, "10.4.0": false} {
		s := ground(Config{Version: version, Clock: time.Now})
		if got := s.Has(Since(10, 1).Before(10, 4)); got != want {
			t.Errorf("%s: %v, want %v", version, got, want)
		}
	}
}
