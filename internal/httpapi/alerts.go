package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/waybillhq/waybill/internal/access"
	"github.com/waybillhq/waybill/internal/alerts"
	"github.com/waybillhq/waybill/internal/wire"
)

// NamedChannel is the path of a channel of alerts.
type NamedChannel struct {
	Channel string `path:"channel" doc:"Name of the channel." maxLength:"63"`
}

type addChannelInput struct {
	Body struct {
		Name      string   `json:"name" minLength:"1" maxLength:"63" doc:"Letters, digits, dots, dashes and underscores."`
		To        []string `json:"to,omitempty" maxItems:"50" doc:"Addresses of mail."`
		SMTP      string   `json:"smtp,omitempty" maxLength:"500" doc:"Mail server, such as smtp://user:password@mail.example.com:587; the configured one when absent."`
		From      string   `json:"from,omitempty" maxLength:"200" doc:"Who mails come from."`
		Slack     string   `json:"slack,omitempty" maxLength:"2000" doc:"Hook that takes what Slack takes."`
		Hook      string   `json:"hook,omitempty" maxLength:"2000" doc:"Hook that takes JSON, signed as Standard Webhooks has it."`
		Secret    string   `json:"secret,omitempty" maxLength:"200" doc:"What a JSON hook is signed with; made when absent."`
		Heartbeat string   `json:"heartbeat,omitempty" maxLength:"2000" doc:"Address that is called as long as all is well."`
		Grave     bool     `json:"grave,omitempty" doc:"Only tell grave problems: data does not arrive or is not written."`
		Seconds   int64    `json:"every_seconds,omitempty" minimum:"0" maximum:"604800" doc:"How often a heartbeat is called (60 when absent); for how long others gather what there is to tell."`
	}
}

type channelMessagesInput struct {
	NamedChannel
	Limit int `query:"limit" minimum:"1" maximum:"500" default:"50"`
}

type (
	newChannelAnswer struct{ Body wire.NewChannel }
	channelsAnswer   struct {
		Body struct {
			Channels []wire.Channel `json:"channels"`
		}
	}
	messagesAnswer struct {
		Body struct {
			Messages []wire.AlertMessage `json:"messages" doc:"The newest first."`
		}
	}
)

func (a *API) alertRoutes() {
	const tag, all, one = "Problems", "/v1/alerts/channels", "/v1/alerts/channels/{channel}"
	register(a, operation{id: "list-channels", method: http.MethodGet, path: all, tag: tag,
		summary: "List the channels by which people are told of problems", need: access.AlertsWrite}, a.listChannels)
	register(a, operation{id: "add-channel", method: http.MethodPost, path: all, tag: tag,
		summary: "Make a channel: mail, a Slack hook, a JSON hook or a heartbeat", need: access.AlertsWrite,
		status: http.StatusCreated, errors: []int{409}, about: "It is told once that a problem stands, and once that " +
			"it is over. Addresses in private networks are refused, but for those in subscriptions.private_networks."},
		a.addChannel)
	register(a, operation{id: "remove-channel", method: http.MethodDelete, path: one, tag: tag,
		summary: "Forget a channel with its messages", need: access.AlertsWrite, status: http.StatusNoContent},
		a.removeChannel)
	register(a, operation{id: "test-channel", method: http.MethodPost, path: one + "/test", tag: tag,
		summary: "Send a test message by a channel", need: access.AlertsWrite, within: asking, errors: []int{502},
		status: http.StatusNoContent}, a.testChannel)
	register(a, operation{id: "list-channel-messages", method: http.MethodGet, path: one + "/messages", tag: tag,
		summary: "List what a channel was told, and what became of it", need: access.AlertsWrite}, a.listMessages)
}

func (a *API) listChannels(ctx context.Context, _ *struct{}) (*channelsAnswer, error) {
	all, err := a.Alerts.List(ctx)
	var out channelsAnswer
	out.Body.Channels = wire.ChannelsOf(all)
	return &out, err
}

func (a *API) addChannel(ctx context.Context, in *addChannelInput) (*newChannelAnswer, error) {
	b := in.Body
	about(ctx, b.Name)
	made, secret, err := a.Alerts.Add(ctx, alerts.NewChannel{Name: b.Name, Grave: b.Grave,
		Every: time.Duration(b.Seconds) * time.Second, Reach: alerts.Reach{To: b.To, SMTP: b.SMTP, From: b.From,
			Slack: b.Slack, Hook: b.Hook, Heartbeat: b.Heartbeat, Secret: b.Secret}})
	return &newChannelAnswer{wire.NewChannel{Channel: wire.ChannelOf(made), Secret: secret}}, err
}

func (a *API) removeChannel(ctx context.Context, in *NamedChannel) (*struct{}, error) {
	c, err := a.Alerts.Find(ctx, in.Channel)
	if err == nil {
		err = a.Alerts.Remove(ctx, c)
	}
	return nil, err
}

func (a *API) testChannel(ctx context.Context, in *NamedChannel) (*struct{}, error) {
	c, err := a.Alerts.Find(ctx, in.Channel)
	if err == nil {
		err = a.Alerts.Test(ctx, c)
	}
	return nil, err
}

func (a *API) listMessages(ctx context.Context, in *channelMessagesInput) (*messagesAnswer, error) {
	c, err := a.Alerts.Find(ctx, in.Channel)
	if err != nil {
		return nil, err
	}
	all, err := a.Alerts.Messages(ctx, c, in.Limit)
	var out messagesAnswer
	out.Body.Messages = wire.AlertMessagesOf(all)
	return &out, err
}
