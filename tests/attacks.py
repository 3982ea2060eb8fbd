"""Hostile text: what would run, load, lead away, mark up or mislead if it were taken for more than text."""

from __future__ import annotations

EVIL = "http://evil.example"

MARKUP = (
    "<script>pwned('script')</script>",
    "<ScRiPt\t>pwned('case')</sCrIpT >",
    "<scr<script>ipt>pwned('nested')</scr</script>ipt>",
    "<img src=x onerror=pwned('img')>",
    "<img src=x onerror=pwned('open')//",
    "<svg/onload=pwned('svg')>",
    "<svg><animate onbegin=pwned('animate') attributeName=x dur=1s>",
    "<details open ontoggle=pwned('details')>",
    "<input autofocus onfocus=pwned('focus')>",
    "<video><source onerror=pwned('video')></video>",
    "<body onload=pwned('body')>",
    "<iframe srcdoc=\"<script>parent.pwned('srcdoc')</script>\"></iframe>",
    f"<iframe src='{EVIL}/frame'></iframe>",
    f"<object data='{EVIL}/object'></object><embed src='{EVIL}/embed'>",
    f"<link rel=stylesheet href='{EVIL}/style.css'>",
    f"<style>@import url('{EVIL}/import.css'); * {{ background: url('{EVIL}/background') }}</style>",
    f"<meta http-equiv=refresh content='0;url={EVIL}/refresh'>",
    f"<base href='{EVIL}/'>",
    f"<form action='{EVIL}/form'><button autofocus>Kirim</button></form>",
    '<math><mtext><table><mglyph><style><!--</style><img title="--&gt;&lt;img onerror=pwned(1)&gt;">',
    "<noscript><p title=\"</noscript><img src=x onerror=pwned('noscript')>\">",
    "<textarea></textarea><img src=x onerror=pwned('textarea')>",
    "</mark></div></section><img src=x onerror=pwned('close')>",
    "\"><img src=x onerror=pwned('double')>",
    "'><img src=x onerror=pwned('single')>",
    '" onmouseover="pwned(\'attribute\')" x="',
    "--><img src=x onerror=pwned('comment')><!--",
    "]]><img src=x onerror=pwned('cdata')>",
    "&lt;img src=x onerror=pwned('entity')&gt;",
    "&#60;img src=x onerror=pwned('number')&#62;",
    "\uff1cscript\uff1epwned('wide')\uff1c/script\uff1e",
    "<img src=x:x\x0bonerror=pwned('tab')>",
)

MARKS = (
    f"![gambar]({EVIL}/image.png)",
    f"[![gambar]({EVIL}/inner.png)](javascript:pwned('image'))",
    "[tautan](javascript:pwned('link'))",
    "[tautan](&#x6A;avascript:pwned('encoded'))",
    "[tautan](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    f"[rujukan]: {EVIL}/reference\n[rujukan]",
    f"<{EVIL}/autolink>",
    f"{EVIL}/bare www.evil.example surel@evil.example",
    "**tebal** _miring_ ~~coret~~ `kode` # judul > kutipan - butir",
    "```mermaid\ngraph TD; A-->B; click A \"javascript:pwned('mermaid')\"\n```",
    "$$\\href{javascript:pwned('latex')}{x}$$ \\(x\\) $x$",
    "| a | b |\n|---|---|\n| <b>c</b> | d |",
    "[^1]: catatan kaki [^1]",
    "*WhatsApp tebal* _miring_ ~coret~ ```mono```",
)

TEMPLATES = (
    "{{constructor.constructor('pwned(1)')()}}",
    "${pwned('template')} #{pwned('ruby')} <%= pwned('erb') %>",
    "{% include '/etc/passwd' %} {0.__class__} {words} %s %(name)s",
    '__i18n__ __i18n__{"key": "pwned"}',
    "/gradio_api/file=/etc/passwd ../../../../etc/passwd",
)

SHEETS = (
    f'=HYPERLINK("{EVIL}/sheet", "klik")',
    "=cmd|' /C calc'!A0",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "+1+1 -1-1 \t=1+1",
)

CONTROLS = (
    "nama\u202egnp.exe\u202c akhir",
    "\u2067kanan\u2069 \u2066kiri\u2069 \u061c\u200f\u200e",
    "nol\u200blebar\ufeff dan\u00adlunak\u2060",
    "garis\u2028baris\u2029alinea\u0085berikut",
    "a\u0300\u0301\u0302\u0303\u0304\u0305\u0306\u0307\u0308\u0309\u030a\u030b\u030c huruf bertumpuk",
    "keluarga \U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 dan bendera \U0001f1ee\U0001f1e9",
    "Ｌｅｂａｒ ｐｅｎｕｈ dan tulisan العربية dan עברית",
    "kata" * 400,
)

TEXTS = (*MARKUP, *MARKS, *TEMPLATES, *SHEETS, *CONTROLS)

ADDRESSES = (
    "javascript:pwned('url')",
    " javascript:pwned('space')",
    "java\tscript:pwned('tab')",
    "JAVASCRIPT:pwned('case')",
    "data:text/html,<script>pwned('data')</script>",
    "vbscript:pwned('vb')",
    "file:///etc/passwd",
    "//evil.example/scheme",
    "https://berita.example\"onclick=\"pwned('quote')",
    "https://berita.example/'><img src=x onerror=pwned('mark')>",
    "https://berita.example@evil.example/",
    "https://evil.example\u3002com/\u202ehtml",
    "http://[::1",
    "about:blank",
    "blob:https://evil.example/x",
)

STRAY = r"""() => {
  const LOADS = /^(src|srcdoc|action|formaction|data|poster|xlink:href)$/;
  const ALIEN = /^(iframe|object|embed|math|marquee|animate|video|audio|meta|link|base)$/i;
  const told = (one) => one.outerHTML.slice(0, 200);
  return [...document.querySelectorAll("*")].flatMap((one) => {
    const found = [...one.attributes].filter(({ name, value }) =>
      /^on/.test(name)
      || (LOADS.test(name) && /pwned|evil|^\s*(javascript|data:text)/i.test(value))
      || (name === "href" && !/^(https?:|[./#?]|data:,|blob:|[a-z]+([/?.]|$))/.test(value)));
    const within = one.closest("#chat .message, #proof .source, main section");
    const stray = ALIEN.test(one.tagName) && (within || /evil|pwned/.test(one.outerHTML));
    const live = /^(script|style)$/i.test(one.tagName) && within;
    return found.length || stray || live ? [told(one)] : [];
  });
}"""
"""What a page holds that text alone cannot have put there: [] where it is only text."""
