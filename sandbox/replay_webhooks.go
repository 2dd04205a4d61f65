package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/waybillhq/waybill/sandbox/internal/shop"
)

// webhookOperations are what the recordings do to webhooks inside the store.
var webhookOperations = map[string]func(p *player, args json.RawMessage) (output any, err error){
	"run_webhook_queue":    runWebhookQueue,
	"read_webhook_state":   readWebhookState,
	"read_webhook_secrets": readWebhookSecrets,
	"untrash_order":        untrashOrder,
}

// runWebhookQueue shows the actions of the queue as Action Scheduler keeps them. An action is complete even when the
// receiver refused.
func runWebhookQueue(p *player, _ json.RawMessage) (any, error) {
	shown := []map[string]any{}
	for _, done := range p.store.RunWebhooks(context.Background()) {
		status := "complete"
		if done.Failed {
			status = "failed"
		}
		shown = append(shown, map[string]any{
			"args":  map[string]any{"webhook_id": done.WebhookID, "arg": done.Arg},
			"group": "woocommerce-webhooks", "status": status,
		})
	}
	return shown, nil
}

func readWebhookState(p *player, args json.RawMessage) (output any, err error) {
	id, err := recordID(args)
	if err != nil {
		return nil, err
	}
	err = fmt.Errorf("the store has no webhook %d", id)
	p.store.shop.View(func(*shop.Store) {
		for _, w := range p.store.webhooks.All() {
			if w.ID == id {
				output, err = map[string]any{"status": w.Status, "failure_count": w.Failures}, nil
			}
		}
	})
	return output, err
}

func readWebhookSecrets(p *player, _ json.RawMessage) (any, error) {
	shown := []map[string]any{}
	p.store.shop.View(func(*shop.Store) {
		for _, w := range p.store.webhooks.All() {
			shown = append(shown, map[string]any{
				"id": w.ID, "secret": w.Secret, "api_version": "wp_api_v" + strconv.Itoa(w.Version),
				"user_id":       w.UserID,
				"failure_count": w.Failures, "pending_delivery": w.Pending,
			})
		}
	})
	return shown, nil
}

func untrashOrder(p *player, args json.RawMessage) (output any, err error) {
	id, err := recordID(args)
	if err != nil {
		return nil, err
	}
	p.store.shop.Update(func(st *shop.Store) {
		st.Orders.UntrashOrder(id)
		order, ok := st.Orders.Orders.Get(id)
		if !ok {
			err = fmt.Errorf("the store has no order %d", id)
			return
		}
		output = map[string]any{"status": order.Status}
	})
	return output, err
}

// recordID reads {"id": …}, where the id is a number or a text.
func recordID(args json.RawMessage) (int64, error) {
	var a struct{ ID json.RawMessage }
	if err := json.Unmarshal(args, &a); err != nil {
		return 0, err
	}
	text := string(a.ID)
	if unquoted, err := strconv.Unquote(text); err == nil {
		text = unquoted
	}
	return strconv.ParseInt(text, 10, 64)
}
