-- Azerbaijani text inside the database: az_fold, az_words, az_tsvector, az_sort_key.
--
-- Twins of callcenter.text.az_fold, words and az_sort_key: change both or neither.
-- Immutable whatever the database's locale and without ICU, so they may stand in stored
-- generated columns and in indexes. Columns holding az_sort_key need COLLATE "C".
-- Only functions of pg_catalog and of this file are called; bodies are bound when created,
-- so a restore with an empty search_path works. Written for PostgreSQL 15 and later, UTF-8.

-- What is left after the letters are mapped: accents, compatibility forms, invisible signs.
CREATE OR REPLACE FUNCTION az_plain(t text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
    WHEN pg_catalog.octet_length(t) = pg_catalog.length(t) THEN pg_catalog.lower(t COLLATE "C")
    ELSE pg_catalog.lower(
        pg_catalog.translate(
            pg_catalog.regexp_replace(
                pg_catalog.normalize(t, 'NFKD') COLLATE "C",
                '[\u00ad\u0300-\u036f\u0483-\u0489\u061c\u1ab0-\u1aff\u1dc0-\u1dff\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\ufeff]+',
                '',
                'g'
            ),
            'ıəƏ',
            'iee'
        ) COLLATE "C"
    )
END;

-- Cyrillic (old Azerbaijani and Russian, as Azerbaijani spells Russian words) and
-- Latin letters that have no decomposition.
CREATE OR REPLACE FUNCTION az_foreign(t text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
    WHEN pg_catalog.octet_length(t) = pg_catalog.length(t) THEN t
    ELSE pg_catalog.regexp_replace(
        pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(
        pg_catalog.replace(pg_catalog.replace(
            pg_catalog.translate(
                pg_catalog.normalize(t, 'NFC'),
                'АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЫЭЁЮЯабвгдежзийклмнопрстуфхцчшщыэӘҒҜӨҮҺҸЈәғҝөүһҹјІіЇїЄєҐґØøŁłĐđÐðÆŒæœẞ',
                'abvqdejziyklmnoprstufxsçşşıeёюяabvqdejziyklmnoprstufxsçşşıeəğgöühcyəğgöühcyiiiieeggoollddddæœæœß'
            ),
            'я', 'ya'), 'ю', 'yu'), 'ё', 'yo'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe'
        ),
        '[ЪЬъь]', '', 'g'
    )
END;

-- Text as it is searched: "İQTİSADİYYAT, Şikayət" -> "iqtisadiyyat, sikayet".
CREATE OR REPLACE FUNCTION az_fold(t text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN CASE
    WHEN pg_catalog.octet_length(t) = pg_catalog.length(t) THEN pg_catalog.lower(t COLLATE "C")
    ELSE az_plain(az_foreign(
        pg_catalog.translate(t, 'əıöüğşçƏİÖÜĞŞÇ', 'eiougsceiougsc')
    ))
END;

-- Folded words with single spaces between, numbers and punctuation taken apart.
CREATE OR REPLACE FUNCTION az_words(t text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN pg_catalog.btrim(pg_catalog.regexp_replace(
    az_fold(t) COLLATE "C",
    '[^a-z0-9\u00d8-\u00f6\u00f8-\u02af\u0370-\u167f\u1681-\u1fff\u2c00-\u2dff\u3040-\ud7ff\uf900-\ufdff]+',
    ' ',
    'g'
));

-- What the search columns store; asked with callcenter.text.prefix_query.
CREATE OR REPLACE FUNCTION az_tsvector(t text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN pg_catalog.to_tsvector('pg_catalog.simple'::pg_catalog.regconfig, az_words(t));

-- Order of the Azerbaijani alphabet under COLLATE "C": a letter that has no ASCII place of
-- its own is written as its neighbour and a tilde (ç is "c~", x after h is "h~", ı is "h~~",
-- q after k is "k~", w after z is "z~"); the original text decides between equals.
CREATE OR REPLACE FUNCTION az_sort_key(t text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
RETURN pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(
    az_plain(
        pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(
        pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(
            az_foreign(pg_catalog.translate(
                pg_catalog.normalize(t, 'NFC'), '~IİƏÖÜĞŞÇ', '-ıiəöüğşç'
            )),
            'ı', 'h~~'), 'ə', 'e~'), 'ç', 'c~'), 'ğ', 'g~'), 'ö', 'o~'), 'ş', 's~'), 'ü', 'u~'
        )
    ),
    'x', 'h~'), 'q', 'k~'), 'w', 'z~') || E'\x01' || t;
