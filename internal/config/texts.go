package config

import "github.com/waybillhq/waybill/internal/problem"

// All messages for people about settings.

func settingNotSet(err error, key string) error {
	return problem.Wrap(problem.Internal, err, "setting %s: %v", key, err)
}

func notReadable(err error) error {
	return problem.Wrap(problem.ConfigInvalid, err, "the configuration cannot be read: %v", err)
}

func fileNotRead(err error, path string) error {
	return problem.Wrap(problem.ConfigInvalid, err, "the configuration file %s cannot be read: %s", path,
		problem.Reason(err))
}

func fileNoYAML(err error, path string) error {
	return problem.Wrap(problem.ConfigInvalid, err, "the configuration file %s is not valid YAML: %s", path,
		reasonOfYAML(err))
}

func fileRefused(err error, path string) error {
	return problem.New(problem.ConfigInvalid, "%v, in %s", err, path)
}

func noSetting(key, where string, settings []Setting) error {
	return problem.New(problem.ConfigInvalid, "there is no setting %q (%s)%s", key, where,
		nearest(key, settings)).
		Next("docs/configuration.md lists all settings")
}

func noHome() error {
	return problem.New(problem.ConfigInvalid, "there is no home directory to keep data in").
		Next("Name a directory with --data or %sDATA", EnvPrefix)
}

func noNetwork(err error, word string) error {
	return problem.Wrap(problem.ConfigInvalid, err, "%q is no network", word).
		Next("Write it as 10.20.0.0/16, 2001:db8::/32 or 192.0.2.7")
}

func (s Setting) refuse(name, value, why, where string) error {
	if s.Secret {
		return problem.New(problem.ConfigInvalid, "%s cannot be used (%s); %s", name, where, why).
			Detail("setting", name)
	}
	return problem.New(problem.ConfigInvalid, "%s is %q (%s); %s", name, value, where, why).Detail("setting", name)
}
