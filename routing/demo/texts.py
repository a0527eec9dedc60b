"""Azerbaijani sentences of the demo world: said by callers, operators and structures."""

QUESTIONS = (
    "{topic} ilə bağlı hansı sənədlər tələb olunduğunu soruşur.",
    "{topic} üzrə müraciəti hara təqdim etməli olduğunu bilmək istəyir.",
    "{topic} barədə qaydaların dəyişib-dəyişmədiyini soruşur.",
    "{topic} üzrə xidmətin müddəti və ödənişi haqqında məlumat istəyir.",
    "{topic} üçün elektron xidmətdən necə istifadə edəcəyini soruşur.",
    "{topic} üzrə hansı quruma müraciət etməli olduğunu soruşur.",
    "{topic} mövzusunda qanunvericiliyin tələblərini öyrənmək istəyir.",
    "{topic} ilə bağlı qəbul saatlarını və ünvanı soruşur.",
)
INQUIRIES = (
    "{topic} üzrə müraciətinin vəziyyəti barədə yazılı məlumat istəyir.",
    "{topic} ilə bağlı rəsmi izahat verilməsini xahiş edir.",
    "{topic} üzrə qüvvədə olan normativ aktların siyahısını istəyir.",
)
APPLICATIONS = (
    "{topic} üzrə müraciət edib, bir aydan çoxdur cavab ala bilmir, kömək göstərilməsini xahiş edir.",
    "{topic} ilə bağlı sənədlərinə yenidən baxılmasını xahiş edir.",
    "{topic} üzrə qərarın ona yazılı şəkildə təqdim olunmasını istəyir.",
    "{topic} üzrə sistemdəki səhvin düzəldilməsini xahiş edir.",
    "{topic} ilə bağlı təqdim etdiyi ərizənin icrasının sürətləndirilməsini xahiş edir.",
)
PROPOSALS = ("{topic} üzrə prosedurun sadələşdirilməsini və elektronlaşdırılmasını təklif edir.",)
COMPLAINTS = (
    "{topic} ilə bağlı əməkdaşın onu qəbul etməməsindən şikayət edir.",
    "{topic} üzrə müraciətinin əsassız geri qaytarılmasından şikayət edir.",
    "{topic} barədə ona düzgün məlumat verilmədiyindən şikayət edir.",
    "{topic} məsələsində qanunla müəyyən olunmuş müddətin pozulmasından şikayət edir.",
)
ANSWERS = (
    "Müraciətçiyə tələb olunan sənədlərin siyahısı və təqdim edilmə qaydası izah edildi.",
    "Müraciətçiyə elektron xidmətin ünvanı və istifadə qaydası başa salındı.",
    "Qüvvədə olan qaydalar izah edildi, müraciətçi cavabdan razı qaldı.",
)
PLEASE = "Məsələnin araşdırılmasını və cavab verilməsini xahiş edirik."
OPINION = "Bu məsələ üzrə rəyinizi bildirməyinizi xahiş edirik."
DECISION = "Məsələ bir neçə qurumun səlahiyyətinə aiddir. Qərarınızı xahiş edirik."
STRUCTURE_ANSWERS = (
    "Məsələ araşdırılmışdır. Müraciətçinin sənədlərinə baxılmış və qərar qəbul edilmişdir.",
    "Müraciətdə göstərilən hal yoxlanılmış, qanunvericiliyə uyğun izahat verilmişdir.",
    "Çatışmayan sənədlər təqdim edildikdən sonra məsələ müsbət həll olunmuşdur.",
)
NOT_OURS = "Məsələ strukturun səlahiyyətinə aid deyil."
NOT_ENOUGH = "Müraciətdə araşdırma üçün kifayət qədər məlumat yoxdur."
FORWARDED = "Müraciət aidiyyəti üzrə göndərilib, cavab birbaşa müraciətçiyə veriləcək."
OWN_ANSWER = "Məsələ sektor tərəfindən araşdırıldı və müraciətçiyə izahat verildi."
REOPENINGS = (
    "Müraciətçi cavabdan razı deyil və yeni sənəd təqdim edib.",
    "Yeni hal məlum olub, məsələyə yenidən baxılması istənilir.",
)
SURNAMES = (
    "Əliyev",
    "Məmmədov",
    "Hüseynov",
    "Quliyev",
    "İbrahimov",
    "Cəfərov",
    "Şirinov",
    "Ələkbərov",
)
MEN = ("Elçin", "Rəşad", "İlqar", "Vüqar", "Çingiz", "Ömər", "Şahin", "Ülvi")
WOMEN = ("Nigar", "Günay", "Şəbnəm", "İradə", "Ülkər", "Çinarə", "Əsmər", "Leyla")
FATHERS = ("Əli", "Həsən", "Rauf", "Tofiq", "İsmayıl", "Şamil")
ORGANISATIONS = ("Şəfəq Ticarət", "Xəzər Tikinti", "Göyçay Aqro", "İnci Tekstil", "Ulduz Logistika")
