package inbox

import "github.com/waybillhq/waybill/internal/problem"

// Why no webhooks are made, in words for people.

func noPublicURL() error {
	return problem.New(problem.ConfigInvalid, "serve.public_url is no address by which a shop reaches Waybill").
		Next("Write it as: https://waybill.example.com")
}

func webhooksOff() error {
	return problem.New(problem.WebhooksOff, "no webhooks are made here: stores are not told where they reach Waybill").
		Next("Set serve.public_url to the address by which shops reach this server; until then stores are polled")
}
