package main

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/argument"
	"github.com/waybillhq/waybill/cmd/waybill/internal/recordview"
	"github.com/waybillhq/waybill/cmd/waybill/internal/writeview"
	"github.com/waybillhq/waybill/internal/export"
	"github.com/waybillhq/waybill/internal/outbox"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
)

// Completion offers what the mirror holds. It asks no store, and where it fails it offers nothing: an error would only
// disturb the line being typed.

// offered is as many records and writes as a person looks through.
const offered = 30

// completeAll completes the arguments of commands by the words of their usage, and flags by their names, unless a
// command completes them itself.
func (a *app) completeAll(cmd *cobra.Command) {
	for _, sub := range cmd.Commands() {
		a.completeAll(sub)
	}
	if cmd.ValidArgsFunction == nil && !cmd.HasSubCommands() {
		words := strings.Fields(cmd.Use)[1:]
		cmd.ValidArgsFunction = func(
			cmd *cobra.Command, args []string, typed string,
		) ([]string, cobra.ShellCompDirective) {
			return a.completeArgument(cmd, words, args, typed), cobra.ShellCompDirectiveNoFileComp
		}
	}
	for flag, offer := range map[string]func(*cobra.Command) []string{
		"status":   a.offerStatuses,
		"state":    func(*cobra.Command) []string { return offerStates() },
		"resource": func(*cobra.Command) []string { return argument.ResourceNames() },
		"policy":   func(*cobra.Command) []string { return policies() },
	} {
		if _, done := cmd.GetFlagCompletionFunc(flag); cmd.Flags().Lookup(flag) != nil && !done {
			must(cmd.RegisterFlagCompletionFunc(flag, listed(offer)))
		}
	}
}

// listed completes the last word of a list separated by commas.
func listed(offer func(*cobra.Command) []string) cobra.CompletionFunc {
	return func(cmd *cobra.Command, _ []string, typed string) ([]string, cobra.ShellCompDirective) {
		before := typed[:strings.LastIndex(typed, ",")+1]
		words := offer(cmd)
		for i, word := range words {
			words[i] = before + word
		}
		return words, cobra.ShellCompDirectiveNoFileComp
	}
}

// completeArgument offers what may stand where the next argument is, as the usage names it. A first [STORE] may have
// been left out, so that its place is also that of the next word.
func (a *app) completeArgument(cmd *cobra.Command, words, args []string, typed string) []string {
	at := len(args)
	if at >= len(words) {
		if last := len(words) - 1; last < 0 || !strings.HasSuffix(words[last], "…") {
			return nil
		}
		at = len(words) - 1
	}
	offers := a.offer(cmd, words[at], args)
	if at == 0 && words[0] == "[STORE]" && len(words) > 1 {
		offers = append(offers, a.offer(cmd, words[1], args)...)
	}
	return slices.DeleteFunc(offers, func(offer string) bool { return !strings.HasPrefix(offer, typed) })
}

func (a *app) offer(cmd *cobra.Command, word string, args []string) []string {
	switch strings.Trim(word, "[]…") {
	case "STORE", "STORE|URL":
		return a.offerStores(cmd.Context())
	case "ID":
		return a.offerRecords(cmd.Context(), args, resourceOf(cmd))
	case "PRODUCT":
		return a.offerRecords(cmd.Context(), args, storage.Products)
	case "STATUS":
		return a.offerStatuses(cmd)
	case "WRITE":
		return a.offerWrites(cmd)
	case "RESOURCE":
		return append(argument.ResourceNames(), string(export.OrderItems))
	}
	return nil
}

func (a *app) offerStores(ctx context.Context) (names []string) {
	_ = a.withReader(ctx, func(r *service.Reader) error {
		stores, err := r.Stores(ctx)
		for _, st := range stores {
			names = append(names, st.Name+"\t"+st.HomeURL)
		}
		return err
	})
	return names
}

// resourceOf is the resource whose command a command stands below.
func resourceOf(cmd *cobra.Command) storage.Resource {
	if cmd.HasParent() {
		if r, err := export.Known(cmd.Parent().Name()); err == nil {
			return r
		}
	}
	return storage.Orders
}

// offerRecords offers the newest records of the store that the arguments name, or of the only one.
func (a *app) offerRecords(ctx context.Context, args []string, resource storage.Resource) (ids []string) {
	_ = a.withReader(ctx, func(r *service.Reader) error {
		st, err := r.Store(ctx, storeArg(args))
		if err != nil {
			return err
		}
		for record, err := range r.Records(ctx, storage.Query{StoreID: st.ID, Resource: resource, Limit: offered}) {
			if err != nil {
				return err
			}
			about := ""
			if fields, err := export.ReadFields(record.Raw); err == nil {
				about = recordview.Gist(a.out, resource, fields)
			}
			ids = append(ids, strconv.FormatInt(record.ID, 10)+"\t"+about)
		}
		return nil
	})
	return ids
}

// offerWrites offers the writes that a command can do something about, the newest first.
func (a *app) offerWrites(cmd *cobra.Command) (ids []string) {
	q := outbox.Query{Limit: offered}
	if cmd.Name() != "show" {
		q.States = []outbox.State{outbox.Parked, outbox.Rejected}
	}
	_ = a.withReader(cmd.Context(), func(r *service.Reader) error {
		writes, err := r.Writes(cmd.Context(), q)
		for _, w := range writes {
			ids = append(ids, w.ID+"\t"+string(w.State)+": "+writeview.Describe(w))
		}
		return err
	})
	return ids
}

func (a *app) offerStatuses(cmd *cobra.Command) (statuses []string) {
	resource := resourceOf(cmd)
	_ = a.withReader(cmd.Context(), func(r *service.Reader) error {
		stores, err := r.Stores(cmd.Context())
		for _, st := range stores {
			for _, status := range r.Statuses(cmd.Context(), st, resource) {
				if !slices.Contains(statuses, status) {
					statuses = append(statuses, status)
				}
			}
		}
		return err
	})
	return statuses
}

func offerStates() []string {
	states := make([]string, len(outbox.States))
	for i, s := range outbox.States {
		states[i] = string(s)
	}
	return states
}

func policies() []string {
	return []string{string(outbox.Merge), string(outbox.Reject), string(outbox.StoreWins), string(outbox.CallerWins)}
}
