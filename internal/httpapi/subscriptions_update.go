package httpapi

import (
	"context"

	"github.com/waybillhq/waybill/internal/feed"
	"github.com/waybillhq/waybill/internal/feed/sink"
	"github.com/waybillhq/waybill/internal/storage"
)

// Login is who we are for a message broker.
type Login struct {
	User        string `json:"user,omitempty" maxLength:"500" doc:"NATS and Kafka."`
	Password    string `json:"password,omitempty" maxLength:"5000" doc:"NATS and Kafka."`
	Token       string `json:"token,omitempty" maxLength:"5000" doc:"NATS."`
	Nkey        string `json:"nkey,omitempty" maxLength:"500" doc:"NATS: the seed of a user."`
	Credentials string `json:"credentials,omitempty" maxLength:"20000" doc:"NATS: the text of a file with the ending .creds."`
}

// login is what a sink takes.
func (l *Login) login() *sink.Login {
	if l == nil {
		return nil
	}
	return &sink.Login{User: l.User, Password: l.Password, Token: l.Token, Nkey: l.Nkey, Credentials: l.Credentials}
}

type updateSubscriptionInput struct {
	NamedSubscription
	Body struct {
		URL         *string            `json:"url,omitempty" minLength:"1" maxLength:"2000" doc:"Where events are sent to."`
		Resources   *[]string          `json:"resources,omitempty" maxItems:"30" doc:"Only those of these kinds of records; an empty list for all."`
		Kinds       *[]string          `json:"kinds,omitempty" maxItems:"5" doc:"Only those of these kinds; an empty list for all."`
		Filter      *string            `json:"filter,omitempty" maxLength:"2000" doc:"An expression that a change must meet; empty for none."`
		Thin        *bool              `json:"thin,omitempty" doc:"Leave the record out of events."`
		Fields      *[]string          `json:"fields,omitempty" maxItems:"100" doc:"The members of the record that events hold; an empty list for all."`
		Headers     *map[string]string `json:"headers,omitempty" doc:"Sent with every event, in place of all there were."`
		Certificate *string            `json:"certificate,omitempty" maxLength:"50000" doc:"Client certificate, as PEM; empty for none."`
		Key         *string            `json:"key,omitempty" maxLength:"50000" doc:"Its key, as PEM; empty for none."`
		Authorities *string            `json:"authorities,omitempty" maxLength:"200000" doc:"Certificates to trust, as PEM; empty for the system's."`
		Proxy       *string            `json:"proxy,omitempty" maxLength:"2000" doc:"An HTTP proxy of yours before the receiver; empty for none."`
		Login       *Login             `json:"login,omitempty" doc:"Who we are for NATS or Kafka, in place of all there was; an empty object for nobody."`
	}
}

func (a *API) updateSubscription(ctx context.Context, in *updateSubscriptionInput) (*subscriptionAnswer, error) {
	s, err := a.subscription(ctx, in.Subscription)
	if err != nil {
		return nil, err
	}
	b := in.Body
	u := feed.Update{Filter: b.Filter, Thin: b.Thin, Fields: b.Fields, URL: b.URL, Headers: b.Headers,
		Certificate: b.Certificate, Key: b.Key, Authorities: b.Authorities, Proxy: b.Proxy, Login: b.Login.login()}
	if b.Resources != nil {
		q, err := a.query(ctx, Selection{Resource: *b.Resources})
		if err != nil {
			return nil, err
		}
		u.Resources = &q.Resources
	}
	if b.Kinds != nil {
		u.Kinds = &[]storage.Kind{}
		for _, kind := range *b.Kinds {
			*u.Kinds = append(*u.Kinds, storage.Kind(kind))
		}
	}
	s, err = a.Subscriptions.Update(ctx, s, u)
	return a.subscriptionAnswer(ctx, s, err)
}
