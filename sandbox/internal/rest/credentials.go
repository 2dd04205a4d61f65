package rest

import "github.com/waybillhq/waybill/sandbox/internal/identity"

// parameters gives the authentication access to $_GET or $_POST.
type parameters struct{ values *Object }

func (p parameters) Text(name string) string {
	text, _ := p.values.Value(name).(string)
	return text
}

func (p parameters) Flat() []identity.Parameter {
	var flat []identity.Parameter
	var walk func(path []string, v Value)
	walk = func(path []string, v Value) {
		if !IsArray(v) {
			flat = append(flat, identity.Parameter{Path: path, Value: Text(v)})
			return
		}
		for key, e := range AsObject(v).All() {
			walk(append(path[:len(path):len(path)], key), e)
		}
	}
	for name, v := range p.values.All() {
		walk([]string{name}, v)
	}
	return flat
}
