package writeview

import (
	"fmt"
	"slices"
	"strings"

	"github.com/waybillhq/waybill/internal/outbox"
)

// usualScopes are the scopes that a role is made for when nobody says otherwise. A role with a further scope is told to
// include them, so that it can take the place of the usual one.
const usualScopes = "orders:read,orders:write,products:read,customers:read"

// Said is a write whose reason names commands for what can be done about it, to be pasted as they are: with the name of
// the write's store, and with the write's own id where the remedy is its own.
func Said(w outbox.Write, store string) outbox.Write {
	if w.Reason != nil {
		reason := *w.Reason
		reason.Message = outbox.Said(reason.Message, func(r outbox.Remedy) string {
			if r.Write == "" {
				r.Write = w.ID
			}
			return Command(r, store)
		})
		w.Reason = &reason
	}
	return w
}

// AllSaid is Said of each of some writes, whose stores are called by names.
func AllSaid(writes []outbox.Write, names map[int64]string) []outbox.Write {
	said := make([]outbox.Write, len(writes))
	for i, w := range writes {
		said[i] = Said(w, names[w.StoreID])
	}
	return said
}

// Command is the command that does what a remedy says about a store.
func Command(r outbox.Remedy, store string) string {
	command := "waybill outbox " + r.Do
	switch r.Do {
	case "examine":
		command = "waybill doctor " + store
		if r.Scope != "" {
			command += " --for " + r.Scope
		}
		return command
	case "role":
		return "waybill role --for " + usualScopes + also(r.Scope)
	case "restore":
		return fmt.Sprintf("waybill %s update %s %d --set status=%s", r.Resource, store, r.Record, r.Status)
	}
	if r.Write != "" {
		command += " " + r.Write
	}
	if r.Record != 0 {
		command += fmt.Sprintf(" %d", r.Record)
	}
	return command
}

// also adds a scope to the usual ones, among which it may be.
func also(scope string) string {
	if slices.Contains(strings.Split(usualScopes, ","), scope) {
		return ""
	}
	return "," + scope
}
