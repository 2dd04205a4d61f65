package main

import (
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// routesOf are the operations of the HTTP API by which what a command does with stores and orders is done. A command
// whose name ends in * stands for those below it that have no line of their own.
var routesOf = map[string][]string{
	"connect":       {"connect-store", "begin-connection", "get-connection", "list-connections", "cancel-connection"},
	"stores list":   {"list-stores", "get-store"},
	"stores pause":  {"pause-store"},
	"stores resume": {"resume-store"}, "stores rekey": {"replace-key"}, "stores remove": {"remove-store"},
	"stores move": {"move-store"}, "stores webhooks": {"get-inbox", "check-inbox", "rotate-inbox-secret"},
	"sync": {"sync-store"}, "verify": {"verify-store"}, "status": {"list-stores", "health"},
	"doctor": {"diagnose-store"}, "role": {"make-role"}, "trace": {"trace-order"},

	"orders list": {"list-records"}, "products list": {"list-records"}, "customers list": {"list-records"},
	"export":     {"list-records"},
	"orders get": {"get-order"}, "products get": {"get-record"}, "customers get": {"get-record"},
	"orders update": {"update-order"}, "orders status": {"update-order"},
	"orders restore": {"submit-writes"}, "products restore": {"submit-writes"},
	"orders note": {"add-note"}, "orders refund": {"refund-order"}, "products stock": {"set-stock"},
	"* create": {"create-record", "submit-writes"}, "* update": {"update-record", "submit-writes"},
	"* delete":    {"delete-record", "submit-writes"},
	"outbox list": {"list-writes"}, "outbox show": {"get-write"},
	"outbox retry": {"decide-write"}, "outbox discard": {"decide-write"}, "outbox adopt": {"decide-write"},
	"outbox edit": {"decide-write"}, "outbox run": {"sync-store"},

	"changes":              {"list-changes", "stream-changes", "read-consumer", "acknowledge"},
	"changes consumers":    {"list-consumers", "get-consumer", "create-consumer", "move-consumer"},
	"subscriptions create": {"create-subscription", "preview-subscription"},
	"subscriptions list":   {"list-subscriptions"},
	"subscriptions show":   {"get-subscription"},
	"subscriptions update": {"update-subscription"},
	"subscriptions pause":  {"pause-subscription"},
	"subscriptions resume": {"resume-subscription"},
	"subscriptions remove": {"remove-subscription"},
	"subscriptions test":   {"test-subscription"},
	"deliveries list":      {"list-deliveries"},
	"deliveries show":      {"get-delivery"},
	"deliveries redeliver": {"redeliver-one"},
	"tokens create":        {"create-token"},
	"tokens list":          {"list-tokens"},
	"tokens revoke":        {"revoke-token"},
	"groups create":        {"create-group"},
	"groups list":          {"list-groups"},
	"groups remove":        {"remove-group"},
	"groups add-store":     {"add-to-group"},
	"groups take-store":    {"take-from-group"},
	"receipts add":         {"give-receipts"},
	"receipts list":        {"list-receipts"},
	"receipts overdue":     {"count-overdue-receipts"},
	"reconcile":            {"reconcile"}, "fetch": {"redo"},
	"audit":           {"list-audit"},
	"alerts add":      {"add-channel"},
	"alerts list":     {"list-channels"},
	"alerts test":     {"test-channel"},
	"alerts remove":   {"remove-channel"},
	"alerts messages": {"list-channel-messages"},
	"problems list":   {"list-problems"}, "problems show": {"get-problem", "list-affected"}, "problems *": {"decide-problem"},
	"subscriptions redeliver": {"redeliver"}, "subscriptions rotate-secret": {"rotate-subscription-secret"},
	"changes consumers remove": {"remove-consumer"},
}

// withoutRoute are the commands that have none, and why. None of them does anything with a store or an order that a
// route does not do.
var withoutRoute = map[string]string{
	"users *":                  "people sign in to the dashboard, and are invited there or on the machine",
	"changes positions":        "files of the machine; a program keeps its position as a named consumer",
	"sql":                      "a statement sees all stores of the database, and a token may be confined to a group",
	"stores rotate-master-key": "the master key is the machine's, and no request carries it",
	"backup":                   "of the machine: it writes a file beside the service", "restore": "of the machine, before there is a service",
	"migrate": "of the machine: it stops the service for a moment",
	"serve":   "it is what answers", "serve ready": "/readyz",
	"sandbox *": "a shop for tests, which has an administration of its own", "sandbox": "a shop for tests",
	"demo": "a shop for tests", "trigger": "a shop for tests: it changes the shop itself, as its people would",
	"listen":  "for a terminal; programs follow stream-changes or subscribe",
	"version": "health tells the version of the service",
}

// lookUp finds the line of a command in a table.
func lookUp[T any](table map[string]T, path string) (line T, found bool) {
	if line, found = table[path]; found {
		return line, true
	}
	words := strings.Fields(path)
	for _, pattern := range []string{"* " + words[len(words)-1], words[0] + " *"} {
		if line, found = table[pattern]; found {
			return line, true
		}
	}
	return line, false
}

// Everything that the command line can do with stores and orders, the HTTP API can: each command names its routes, or
// why it has none.
func TestEveryCommandHasItsRoute(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "openapi.json"))
	if err != nil {
		t.Fatal(err)
	}
	var document struct {
		Paths map[string]map[string]struct{ OperationID string }
	}
	if err := json.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	routes := map[string]bool{}
	for _, methods := range document.Paths {
		for _, operation := range methods {
			routes[operation.OperationID] = true
		}
	}
	used := map[string]bool{}
	for _, cmd := range resultCommands() {
		path := strings.TrimPrefix(cmd.CommandPath(), "waybill ")
		of, has := lookUp(routesOf, path)
		why, without := lookUp(withoutRoute, path)
		if has == without || without && why == "" {
			t.Errorf("waybill %s: routes %v, and the reason to have none is %q: it needs one of the two", path, of, why)
		}
		for _, id := range of {
			if !routes[id] {
				t.Errorf("waybill %s: the document has no operation %s", path, id)
			}
		}
		used[path] = true
	}
	for _, path := range append(slices.Collect(maps.Keys(routesOf)), slices.Collect(maps.Keys(withoutRoute))...) {
		if !strings.Contains(path, "*") && !used[path] {
			t.Errorf("%q is no command", path)
		}
	}
}
