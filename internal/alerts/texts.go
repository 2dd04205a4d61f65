package alerts

import (
	"github.com/waybillhq/waybill/internal/problem"
	"github.com/waybillhq/waybill/internal/storage"
)

// What people are told of channels, every sentence of it but the messages themselves.

func noChannel(name string) error {
	return problem.New(problem.ChannelNotFound, "there is no channel %q", name).
		Next("See which there are: waybill alerts list, GET /v1/alerts/channels")
}

func channelExists(err error, name string) error {
	return problem.Wrap(problem.ChannelExists, err, "there is a channel %s already", name).
		Next("Choose another name, or remove that one first")
}

func noChannelName(name string) error {
	return problem.New(problem.InputInvalid, "%q cannot be the name of a channel", name).
		Next("Use letters, digits, dots, dashes and underscores, such as: ops").Detail("name", "is not valid")
}

func notOneKind() error {
	return problem.New(problem.InputInvalid, "a channel leads to one place").
		Next("Give one of: addresses of mail, a Slack hook, a JSON hook, the address of a heartbeat")
}

func noEvery() error {
	return problem.New(problem.InputInvalid, "a channel gathers for a week at most").
		Next("Give a time such as 1h").Detail("every", "is not valid")
}

func noAddress(err error) error {
	return problem.New(problem.InputInvalid, "the address of the channel is %v", err).
		Next("Give the whole address, with https://").Detail("url", "is not valid")
}

func noMailServer() error {
	return problem.New(problem.InputInvalid, "no mail server is known").
		Next("Set alerts.smtp (WAYBILL_ALERTS_SMTP), or name one for this channel: "+
			"smtp://user:password@mail.example.com:587").Detail("smtp", "is needed")
}

func badMailServer() error {
	return problem.New(problem.InputInvalid, "that is no address of a mail server").
		Next("Write it as smtp://user:password@mail.example.com:587, or smtps://… for encryption from the first byte").
		Detail("smtp", "is not valid")
}

func noMailAddress(address string) error {
	return problem.New(problem.InputInvalid, "%q is no address of mail", address).
		Next("Write it as ops@example.com").Detail("to", "is not valid")
}

func notSent(c storage.Channel, err error) error {
	return problem.Wrap(problem.AlertNotSent, err, "the test did not arrive at %s: %v", c.Name, err).
		Next("Correct what it says; a channel is changed by removing it and adding it again")
}
