// Does this browser have what the offline room needs? If not, an explanation stands in its place and the room does not
// open: no draft, no key, no health data (W10). Old syntax on purpose: it must run where nothing else of ours does.
// @ts-check
(function () {
	/** @type {string[]} */
	var missing = [];

	/** @param {string} name @param {() => unknown} find */
	function need(name, find) {
		try {
			if (!find()) missing.push(name);
			// eslint-disable-next-line @typescript-eslint/no-unused-vars -- old browsers want a name here
		} catch (error) {
			missing.push(name);
		}
	}

	need('encryption', function () {
		return window.crypto.subtle;
	});
	need('storage', function () {
		return window.indexedDB;
	});
	need('offline', function () {
		return navigator.serviceWorker;
	});
	need('locks', function () {
		return navigator.locks;
	});
	need('tabs', function () {
		return window.BroadcastChannel;
	});
	need('language', function () {
		return Array.prototype.toSorted && window.structuredClone;
	});
	if (missing.length === 0) return;

	// The room's own code looks for this mark.
	document.documentElement.setAttribute('data-missing-features', missing.join(' '));

	/** @param {string} lang @param {string} title @param {string} text */
	function section(lang, title, text) {
		var part = document.createElement('section');
		part.lang = lang;
		var head = document.createElement(lang === 'de' ? 'h1' : 'h2');
		head.textContent = title;
		part.appendChild(head);
		var words = document.createElement('p');
		words.textContent = text;
		part.appendChild(words);
		return part;
	}

	document.addEventListener('DOMContentLoaded', function () {
		var page = document.createElement('main');
		page.id = 'main';
		page.className = 'inner stack-l';
		page.appendChild(
			section(
				'de',
				'Ihr Browser ist zu alt für Entwürfe',
				'Entwürfe werden auf Ihrem Gerät verschlüsselt. Dieser Browser kann das nicht sicher tun. Bitte ' +
					'aktualisieren Sie den Browser oder nehmen Sie einen anderen. Verträge, Postfach und Konto ' +
					'können Sie weiter benutzen. Fehlt: '
			)
		);
		page.appendChild(
			section(
				'en',
				'Your browser is too old for drafts',
				'Drafts are encrypted on your device. This browser cannot do that safely. Please update your ' +
					'browser or use another one. You can still use contracts, mailbox and account. Missing: '
			)
		);
		var texts = page.querySelectorAll('p');
		for (var i = 0; i < texts.length; i++) texts[i].textContent += missing.join(', ') + '.';
		document.title = 'Kundenportal';
		document.body.appendChild(page);
	});
})();
