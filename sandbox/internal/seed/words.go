package seed

// person is somebody who buys.
type person struct{ first, last, street, city, state, postcode, country string }

var persons = []person{
	{"Ann", "Lee", "Grand Ave", "Oakland", "CA", "94601", "US"},
	{"José", "Núñez", "Calle Mayor", "Madrid", "M", "28013", "ES"},
	{"Łukasz", "Żak", "ul. Długa", "Kraków", "", "31-147", "PL"},
	{"太郎", "山田", "銀座", "東京", "JP13", "104-0061", "JP"},
	{"Иван", "Петров", "ул. Ленина", "Москва", "", "101000", "RU"},
	{"محمد", "علي", "شارع النيل", "القاهرة", "EGC", "11511", "EG"},
	{"Sue", "O'Brien", "Baker Street", "London", "", "NW1 6XE", "GB"},
	{"Zoë", "Ångström", "Hauptstraße", "Köln", "DE-NW", "50667", "DE"},
	{"Ελένη", "Παπαδοπούλου", "Ερμού", "Αθήνα", "I", "105 63", "GR"},
	{"小明", "王", "人民路", "上海", "CN9", "200001", "CN"},
	{"अनन्या", "शर्मा", "एम जी रोड", "Bengaluru", "KA", "560001", "IN"},
	{"Bjørn", "Sæther", "Karl Johans gate", "Oslo", "", "0154", "NO"}, //nolint:misspell // a Norwegian name
	{"Nguyễn", "Thị Hoa", "Lê Lợi", "Đà Nẵng", "", "550000", "VN"},
	{"שרה", "כהן", "הרצל", "תל אביב", "", "6688101", "IL"},
	{"Máirín", "Ní Dhónaill", "Shop Street", "Galway", "G", "H91 AX2D", "IE"},
	{"Çağla", "Yılmaz", "İstiklal Cd.", "İstanbul", "TR34", "34433", "TR"},
}

var goods = []string{
	"Ceramic mug", "Kaffeebecher „Größe L“", "Linen apron", "Thé vert 100 g", "Olive oil 0,5 l", "Notebook A5",
	"Füllfederhalter", "Beeswax candle",
	"抹茶 30g", "Wool socks", "Cutting board", "Bread knife", "Sauerteig-Starter", "Honey – wildflower", "Soap & dish",
	"Poster 50×70", "Plant pot", "Watering can",
	"Salt \"Fleur de Sel\"", "Wooden spoon", "Jam (apricot)", "Espresso beans 1 kg", "Tea towel", "Glass jar",
}

var notes = []string{
	"Please ring twice.", "Bitte beim Nachbarn abgeben – danke! 🎁", "Gift for Ørjan; no invoice in the box",
	"置き配でお願いします", "Line one\nLine two",
	"Don't <b>bend</b> & keep dry", "لا تتصل قبل التاسعة",
}

// oddMeta are the shapes of meta data that plugins leave: objects, lists, numbers, empty texts, JSON inside a text.
var oddMeta = []object{
	{"key": "_pos", "value": object{"till": 3, "name": "Kasse Süd"}},
	{"key": "route", "value": []any{1, 2, "three", nil}},
	{"key": "weight", "value": 1.25},
	{"key": "empty", "value": ""},
	{"key": "json_text", "value": `{"a":"b\"c"}`},
	{"key": "big", "value": "12345678901234567890"},
	{"key": "flag", "value": true},
	{"key": "emoji", "value": "🧾→📦"},
}
