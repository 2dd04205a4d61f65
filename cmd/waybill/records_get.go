package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/waybillhq/waybill/cmd/waybill/internal/recordview"
	"github.com/waybillhq/waybill/internal/export"
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/service"
	"github.com/waybillhq/waybill/internal/storage"
)

func newRecordGetCommand(a *app, kind recordview.Kind) *cobra.Command {
	var order orderFlags
	cmd := &cobra.Command{
		Use:   "get [STORE] ID",
		Short: fmt.Sprintf("Show one %s of the mirror", kind.One),
		Example: fmt.Sprintf(`  waybill %[1]s get 46
  waybill %[1]s get my-shop 46 --json`, kind.Resource),
		Args:              cobra.RangeArgs(1, 2),
		ValidArgsFunction: a.completeStores,
		RunE: func(cmd *cobra.Command, args []string) error {
			return runRecordGet(cmd.Context(), a, kind, storeArg(args[:len(args)-1]), args[len(args)-1], order)
		},
	}
	if kind.Resource == storage.Orders {
		order.register(cmd)
	}
	return cmd
}

func runRecordGet(ctx context.Context, a *app, kind recordview.Kind, store, word string, order orderFlags) error {
	return a.withReader(ctx, func(r *service.Reader) error {
		st, err := r.Store(ctx, store)
		if err != nil {
			return err
		}
		id, err := strconv.ParseInt(word, 10, 64)
		if kind.Resource == storage.Orders {
			if id, err = r.Order(ctx, st, word, order.by()); err != nil {
				return err
			}
		} else if err != nil || id <= 0 {
			return problem.New(problem.Usage, "%q is no id of a record", word).Next("Ids are numbers, such as 46")
		}
		record, err := r.Record(ctx, st, storage.Ref{Resource: kind.Resource, ID: id})
		if err != nil {
			return err
		}
		if a.global.json {
			return a.printJSON(record.Raw)
		}
		fields, err := export.ReadFields(record.Raw)
		if err != nil {
			return err
		}
		kind.Detail(a.stdout, fields)
		a.note("%s", a.err.Faint("As last read from the store at "+record.SeenAt.Local().Format(
			"2006-01-02 15:04:05")+". All fields: --json"))
		return nil
	})
}
