package subscriptions

import (
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/waybillhq/waybill/cmd/waybill/internal/argument"
	"github.com/waybillhq/waybill/cmd/waybill/internal/program"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
)

func newSubscriptionsUpdateCommand(a *program.App) *cobra.Command {
	var opts reachOptions
	var group, address string
	var cleared []string
	cmd := &cobra.Command{
		Use:   "update NAME",
		Short: "Change where events go, which changes are chosen, and what is sent of them",
		Long: `Changes what is named, and leaves the rest. --clear takes a part away: --clear filter,
--clear header.

What waits goes to the receiver that the subscription has then, in the form that it has then,
with its ids and in its order. What waits and is of a kind that is chosen no longer is given
up. A filter chooses among changes that were not looked at yet.

Headers and who we are for a broker are replaced whole, and have to be given again with
another host. The name and the stores cannot be changed.`,
		Example: `  waybill subscriptions update erp --url https://erp.example.com/new
  waybill subscriptions update erp --filter 'record.status == "processing"' --kind updated
  waybill subscriptions update erp --clear resource --thin=false`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			ctx := cmd.Context()
			changed, err := opts.changes(cmd, address, cleared)
			if err != nil {
				return err
			}
			return withSubscription(ctx, a, group, args[0], func(s *service.Service, of storage.Subscription) error {
				now, err := s.UpdateSubscription(ctx, of, changed)
				if err != nil {
					return err
				}
				if err := s.Did(ctx, a.Caller(), "update-subscription", of.Name); err != nil {
					return err
				}
				view, err := subscriptionView(ctx, a, s, now)
				if err != nil {
					return err
				}
				if a.JSON() {
					return a.PrintJSON(view)
				}
				a.Note("%s Changed %s.", a.Err().Good("✓"), now.Name)
				sayFacts(a, view)
				return nil
			})
		},
	}
	addSubscriptionGroup(cmd, &group)
	cmd.Flags().StringVar(&address, "url", "", "send to this `URL`")
	cmd.Flags().StringSliceVar(&cleared, "clear", nil,
		"take this `part` away: filter, resource, kind, field, header, certificate, authorities, proxy, "+
			"receipts or login; repeat it")
	opts.addFlags(cmd.Flags())
	return cmd
}

// changes is what the flags that were given change.
func (o *reachOptions) changes(
	cmd *cobra.Command, address string, cleared []string,
) (c service.ChangedSubscription, err error) {
	if err := o.read(); err != nil {
		return c, err
	}
	resources, err := argument.Resources(o.resources)
	if err != nil {
		return c, err
	}
	kinds := []storage.Kind{}
	for _, kind := range o.kinds {
		kinds = append(kinds, storage.Kind(kind))
	}
	parts := map[string]func(){
		"url":         func() { c.URL = &address },
		"resource":    func() { c.Resources = &resources },
		"kind":        func() { c.Kinds = &kinds },
		"filter":      func() { c.Filter = &o.filter },
		"thin":        func() { c.Thin = &o.thin },
		"field":       func() { c.Fields = &o.fields },
		"header":      func() { c.Headers = &o.shown },
		"certificate": func() { c.Certificate, c.Key = &o.pems[0], &o.pems[1] },
		"authorities": func() { c.Authorities = &o.pems[2] },
		"proxy":       func() { c.Proxy = &o.proxy },
		"login":       func() { c.Login = &o.login },
		"receipts":    func() { c.ReceiptWithin = &o.receipts },
	}
	// the part that a flag belongs to, where it is not its own
	flags := map[string]string{"key": "certificate", "receipt-within": "receipts"}
	for _, name := range loginFlags {
		flags[name] = "login"
	}
	changed := 0
	cmd.Flags().Visit(func(f *pflag.Flag) {
		part := f.Name
		if of, belongs := flags[part]; belongs {
			part = of
		}
		if take := parts[part]; take != nil {
			take()
			changed++
		}
	})
	for _, part := range cleared {
		take := parts[part]
		switch {
		case take == nil || part == "url" || part == "thin":
			return c, nothingToClear(part)
		case o.given(part):
			return c, clearedAndGiven(part)
		}
		take() // it was not given, so it is empty
		changed++
	}
	if changed == 0 {
		return c, nothingToChange()
	}
	return c, nil
}

// given says whether a part has a value.
func (o *reachOptions) given(part string) bool {
	return map[string]bool{"resource": len(o.resources) > 0, "kind": len(o.kinds) > 0, "filter": o.filter != "",
		"field": len(o.fields) > 0, "header": len(o.headers) > 0, "certificate": o.certificate+o.key != "",
		"authorities": o.authorities != "", "proxy": o.proxy != "", "login": o.login != service.Login{},
		"receipts": o.receipts != 0}[part]
}
