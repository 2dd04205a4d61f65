package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	client, err := NewClientWithResponses(os.Getenv("WAYBILL"), WithRequestEditorFn(
		func(_ context.Context, req *http.Request) error {
			req.Header.Set("Authorization", "Bearer "+os.Getenv("WAYBILL_TOKEN"))
			return nil
		}))
	if err != nil {
		return err
	}
	name := "generated"
	store, err := client.ConnectStoreWithResponse(ctx, ConnectInputBody{Url: os.Getenv("SHOP_URL"),
		Key: os.Getenv("SHOP_KEY"), Secret: os.Getenv("SHOP_SECRET"), Name: &name})
	if err != nil || store.JSON201 == nil {
		return fmt.Errorf("connect: %w %s", err, store.Body)
	}
	resources := []string{"orders"}
	made, err := client.CreateConsumerWithResponse(ctx, CreateConsumerInputBody{Name: "erp", Resources: &resources})
	if err != nil || made.JSON201 == nil {
		return fmt.Errorf("consumer: %w %s", err, made.Body)
	}
	last, err := receive(ctx, client, os.Getenv("ORDER"))
	if err != nil {
		return err
	}
	if err := acknowledge(ctx, client, last); err != nil {
		return err
	}
	return track(ctx, client, name, os.Getenv("ORDER"))
}

// receive reads changes until that of the order is among them, and gives the number of the last one read.
func receive(ctx context.Context, client *ClientWithResponses, order string) (last int64, err error) {
	wait := int64(30)
	for {
		page, err := client.ReadConsumerWithResponse(ctx, "erp", &ReadConsumerParams{Wait: &wait})
		if err != nil || page.JSON200 == nil {
			return 0, fmt.Errorf("changes: %w %s", err, page.Body)
		}
		for _, change := range page.JSON200.Changes {
			if change.Id != nil && strconv.FormatInt(*change.Id, 10) == order {
				return page.JSON200.Last, nil
			}
		}
		if err := acknowledge(ctx, client, page.JSON200.Last); err != nil {
			return 0, err
		}
	}
}

// acknowledge says that every change up to a number was received; none of them comes again.
func acknowledge(ctx context.Context, client *ClientWithResponses, last int64) error {
	acked, err := client.AcknowledgeWithResponse(ctx, "erp", PositionInputBody{Seq: last})
	if err != nil || acked.JSON200 == nil || acked.JSON200.Position != last {
		return fmt.Errorf("acknowledge: %w %s", err, acked.Body)
	}
	one := int64(1)
	page, err := client.ReadConsumerWithResponse(ctx, "erp", &ReadConsumerParams{Limit: &one})
	if err != nil || page.JSON200 == nil {
		return fmt.Errorf("changes: %w %s", err, page.Body)
	}
	for _, change := range page.JSON200.Changes {
		if change.Seq <= last {
			return fmt.Errorf("change %d was acknowledged and comes again", change.Seq)
		}
	}
	return nil
}

func track(ctx context.Context, client *ClientWithResponses, store, id string) error {
	by := GetOrderParamsBy("id")
	order, err := client.GetOrderWithResponse(ctx, store, id, &GetOrderParams{By: &by})
	if err != nil || order.JSON200 == nil {
		return fmt.Errorf("order: %w %s", err, order.Body)
	}
	prefer, key := "wait=40", "track-"+id
	write, err := client.UpdateOrderWithResponse(ctx, store, id,
		&UpdateOrderParams{Prefer: &prefer, IdempotencyKey: &key, IfMatch: &order.JSON200.Tag},
		UpdateOrderJSONRequestBody{"status": "completed", "meta_data": []map[string]string{
			{"key": "_tracking_number", "value": "1Z-generated"}}})
	if err != nil || write.JSON200 == nil || write.JSON200.State != "done" {
		return fmt.Errorf("write: %w %s", err, write.Body)
	}
	text, err := json.Marshal(write.JSON200.Record)
	fmt.Println(string(text))
	return err
}
