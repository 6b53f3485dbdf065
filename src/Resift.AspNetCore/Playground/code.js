// The request as source of four languages. Texts are written as literals of the language, whatever is in them.
export function sourceOf(language, address, body, needsKey) {
  return writers[language](address, body, needsKey);
}

const writers = { curl, csharp, python, javascript };

function curl(address, body, needsKey) {
  const lines = [`curl ${shell(address)}`, `-H 'Content-Type: application/json'`];
  if (needsKey) {
    lines.push('-H "Authorization: Bearer $RESIFT_API_KEY"');
  }

  lines.push(`-d ${shell(JSON.stringify(body, null, 2))}`);
  return lines.join(' \\\n  ');
}

function csharp(address, body, needsKey) {
  const json = JSON.stringify(body, null, 2);
  // A raw string ends at as many quotes as it began with, so there have to be more than in the text.
  const longest = Math.max(0, ...(json.match(/"+/g) ?? []).map(run => run.length));
  const quotes = '"'.repeat(Math.max(3, longest + 1));
  return [
    'using System.Text;',
    '',
    'using var client = new HttpClient();',
    ...(needsKey
      ? ['client.DefaultRequestHeaders.Authorization = new("Bearer", Environment.GetEnvironmentVariable("RESIFT_API_KEY"));']
      : []),
    `var json = new StringContent(${quotes}`,
    ...json.split('\n').map(line => `    ${line}`),
    `    ${quotes}, Encoding.UTF8, "application/json");`,
    `using var response = await client.PostAsync(${JSON.stringify(address)}, json);`,
    'Console.WriteLine(await response.Content.ReadAsStringAsync());',
    '',
  ].join('\n');
}

function python(address, body, needsKey) {
  return [
    ...(needsKey ? ['import os'] : []),
    'import requests',
    '',
    'response = requests.post(',
    `    ${JSON.stringify(address)},`,
    ...(needsKey ? ['    headers={"Authorization": f"Bearer {os.environ[\'RESIFT_API_KEY\']}"},'] : []),
    `    json=${literal(body, '    ')},`,
    ')',
    'response.raise_for_status()',
    'print(response.json())',
    '',
  ].join('\n');
}

function javascript(address, body, needsKey) {
  return [
    `const response = await fetch(${JSON.stringify(address)}, {`,
    '  method: \'POST\',',
    '  headers: {',
    '    \'Content-Type\': \'application/json\',',
    ...(needsKey ? ['    \'Authorization\': `Bearer ${process.env.RESIFT_API_KEY}`,'] : []),
    '  },',
    `  body: JSON.stringify(${JSON.stringify(body, null, 2).replaceAll('\n', '\n  ')}),`,
    '});',
    'console.log(await response.json());',
    '',
  ].join('\n');
}

// In single quotes a shell reads everything as it stands, but for the quote itself.
function shell(text) {
  return `'${text.replaceAll('\'', '\'\\\'\'')}'`;
}

// Strings and numbers are the same in JSON and Python; the three words are not.
function literal(value, indent) {
  const inner = `${indent}    `;
  if (Array.isArray(value)) {
    return value.length === 0 ? '[]' : `[\n${value.map(item => `${inner}${literal(item, inner)},\n`).join('')}${indent}]`;
  }

  if (typeof value === 'object' && value !== null) {
    const pairs = Object.entries(value).map(([name, item]) => `${inner}${JSON.stringify(name)}: ${literal(item, inner)},\n`);
    return `{\n${pairs.join('')}${indent}}`;
  }

  return value === null ? 'None' : value === true ? 'True' : value === false ? 'False' : JSON.stringify(value);
}
