package core

import "github.com/waybillhq/waybill/sandbox/internal/rest"

// Option is the value of an option of the store, empty when it is not set.
func (s *Store) Option(name string) string { return s.Options.Get(name) }

// SetOption changes an option of the store. All records are rendered again, because they may show the change.
func (s *Store) SetOption(name, value string) {
	if _, isArray := s.arrays[name]; !isArray && s.Options[name] == value {
		return
	}
	delete(s.arrays, name)
	s.Options[name] = value
	s.InvalidateRendered()
	for _, watch := range s.watches {
		watch(name)
	}
}

// WatchOptions makes watch be called for every option whose text changed. Call it before the store serves requests.
func (s *Store) WatchOptions(watch func(name string)) { s.watches = append(s.watches, watch) }

// SetOptionValue changes an option to a text or an array.
func (s *Store) SetOptionValue(name string, v rest.Value) {
	if !rest.IsArray(v) {
		s.SetOption(name, rest.Text(v))
		return
	}
	delete(s.Options, name)
	s.arrays[name] = v
	s.InvalidateRendered()
}

// OptionValue is an option, a text or an array; ok is false when the option is not set.
func (s *Store) OptionValue(name string) (rest.Value, bool) {
	if v, ok := s.arrays[name]; ok {
		return v, true
	}
	text, ok := s.Options[name]
	if !ok {
		return nil, false
	}
	return text, true
}

// DropArray removes an option that holds an array.
func (s *Store) DropArray(name string) { delete(s.arrays, name) }

// OptionArray is an option that holds an array with names, nil when there is none.
func (s *Store) OptionArray(name string) *rest.Object { return rest.AsObject(s.arrays[name]) }
