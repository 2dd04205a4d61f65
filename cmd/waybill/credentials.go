package main

import (
	"github.com/spf13/pflag"

	"github.com/waybillhq/waybill/internal/problem"
)

// credentialFlags are the ways to give a consumer key and secret.
type credentialFlags struct {
	key, secret string
	fromEnv     string
}

func (c *credentialFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&c.key, "key", "", "consumer `key` (ck_…); better in WAYBILL_KEY, where other users cannot see it")
	flags.StringVar(&c.secret, "secret", "", "consumer `secret` (cs_…); better in WAYBILL_SECRET")
	flags.StringVar(&c.fromEnv, "key-from-env", "",
		"do not store the key: read it from `PREFIX`_KEY and PREFIX_SECRET at each start")
}

// find takes key and secret from the flags, else from the environment, else asks for them without echo.
func (c *credentialFlags) find(a *app) (key, secret string, err error) {
	if c.fromEnv != "" {
		key, secret = a.getenv(c.fromEnv+"_KEY"), a.getenv(c.fromEnv+"_SECRET")
		if key == "" || secret == "" {
			return "", "", problem.New(problem.CredentialsMissing, "%s_KEY and %s_SECRET are not both set", c.fromEnv,
				c.fromEnv).
				Next("Set both variables")
		}
		return key, secret, nil
	}
	key, secret = c.key, c.secret
	if key == "" {
		key = a.getenv("WAYBILL_KEY")
	}
	if secret == "" {
		secret = a.getenv("WAYBILL_SECRET")
	}
	if key == "" {
		if key, err = a.prompt().Secret("Consumer key (ck_…)"); err != nil {
			return "", "", err
		}
	}
	if secret == "" {
		if secret, err = a.prompt().Secret("Consumer secret (cs_…)"); err != nil {
			return "", "", err
		}
	}
	return key, secret, nil
}
