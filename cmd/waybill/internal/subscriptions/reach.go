package subscriptions

import (
	"os"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/waybillhq/waybill/internal/service"
)

// reachOptions are the flags of what a subscription gets and of how its receiver is reached.
type reachOptions struct {
	resources, kinds, fields, headers        []string
	filter, proxy                            string
	certificate, key, authorities            string
	user, password, token, nkey, credentials string
	thin                                     bool
	receipts                                 time.Duration

	// What follows is what read has made of them.
	shown map[string]string
	// pems are the certificate, the key and the authorities.
	pems  [3]string
	login service.Login
}

// loginFlags are the flags that say who we are to a broker.
var loginFlags = []string{"user", "password", "token", "nkey", "credentials"}

func (o *reachOptions) addFlags(flags *pflag.FlagSet) {
	flags.StringSliceVar(&o.resources, "resource", nil, "only those of this `kind` of records, such as orders; repeat it")
	flags.StringSliceVar(&o.kinds, "kind", nil, "only `created`, updated, trashed, restored or deleted; repeat it")
	flags.StringVar(&o.filter, "filter", "", "only changes that meet this `expression`")
	flags.BoolVar(&o.thin, "thin", false, "leave the record out of events")
	flags.StringSliceVar(&o.fields, "field", nil, "send only this `member` of the record, such as billing.email; repeat it")
	flags.DurationVar(&o.receipts, "receipt-within", 0,
		"demand a receipt for each record within this `time` (10m); 0 demands none")
	flags.StringArrayVar(&o.headers, "header", nil, "send this `header` too, as 'Name: value'; repeat it")
	flags.StringVar(&o.certificate, "certificate", "", "`file` of a client certificate, as PEM")
	flags.StringVar(&o.key, "key", "", "`file` of its key, as PEM")
	flags.StringVar(&o.authorities, "authorities", "", "`file` of certificates to trust in place of the system's, as PEM")
	flags.StringVar(&o.proxy, "proxy", "", "`URL` of an HTTP proxy before the receiver")
	flags.StringVar(&o.user, "user", "", "`name` of our user at NATS or Kafka")
	flags.StringVar(&o.password, "password", "", "`file` of its password")
	flags.StringVar(&o.token, "token", "", "`file` of a token for NATS")
	flags.StringVar(&o.nkey, "nkey", "", "`file` of the seed of a user of NATS")
	flags.StringVar(&o.credentials, "credentials", "", "`file` of credentials for NATS (.creds)")
}

// read reads what flags name. The error is a problem of code usage, and repeats no value.
func (o *reachOptions) read() error {
	o.shown = map[string]string{}
	for _, text := range o.headers {
		header, value, found := strings.Cut(text, ":")
		if !found {
			return headerHasNoColon()
		}
		o.shown[strings.TrimSpace(header)] = strings.TrimSpace(value)
	}
	o.login.User = o.user
	for _, file := range []struct {
		path string
		into *string
		line bool
	}{{o.certificate, &o.pems[0], false}, {o.key, &o.pems[1], false}, {o.authorities, &o.pems[2], false},
		{o.password, &o.login.Password, true}, {o.token, &o.login.Token, true}, {o.nkey, &o.login.Nkey, true},
		{o.credentials, &o.login.Credentials, false}} {
		if file.path == "" {
			continue
		}
		text, err := os.ReadFile(file.path)
		if err != nil {
			return notReadable(err, file.path)
		}
		if *file.into = string(text); file.line {
			*file.into = strings.TrimRight(string(text), "\r\n")
		}
	}
	return nil
}
