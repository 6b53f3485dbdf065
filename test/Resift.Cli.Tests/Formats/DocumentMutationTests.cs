using System.Globalization;
using System.IO.Compression;
using System.Text;
using Resift.Sqlite;

namespace Resift.Cli.Tests.Formats;

/// <summary>
/// Damages sound files in many ways: each is read and cut, or refused by the documented exception, in time, and spoils no other file.
/// </summary>
/// <remarks>The environment variable <c>RESIFT_DOCUMENT_MUTATIONS</c> says how many there are of each type.</remarks>
public sealed class DocumentMutationTests : IDisposable
{
    private static readonly int _count = int.Parse(
        Environment.GetEnvironmentVariable("RESIFT_DOCUMENT_MUTATIONS") ?? "200", CultureInfo.InvariantCulture);

    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, byte[]> _sound = new()
    {
        ["a.md"] = Text("---\ntitle: T\n---\n# One\n\n> - a [b](c) `d`\n\n```sh\n# e\n```\n\n" +
            "| a | b |\n|---|---|\n| 1 | 2 |\n\n## Two\n\n1. x\n   - y\n\n[c]: d\n"),
        ["a.rst"] = Text("One\n===\n\nText *a* ``b``.\n\n.. note:: c\n\n   d\n\nTwo\n---\n\n::\n\n  code\n"),
        ["a.adoc"] = Text("= One\n:toc:\n\nText.\n\n== Two\n\n----\ncode\n----\n\n* item\n"),
        ["a.html"] = Text("<title>T</title><h1>One</h1><ul><li>a<li><pre>b</pre></ul>" +
            "<table><tr><td>1<td>2</table><p hidden>x<script>y</script>"),
        ["a.txt"] = Text("First sentence. Second one!\n\nAnother paragraph, with words."),
        ["a.xml"] = Text("<?xml version=\"1.0\"?><a><title>T</title><b c=\"d\">one <i>two</i></b><![CDATA[three]]></a>"),
        ["a.ipynb"] = Text("{\"cells\":[{\"cell_type\":\"markdown\",\"source\":[\"# One\\n\",\"text\"]}," +
            "{\"cell_type\":\"code\",\"source\":\"x = 1\"}]}"),
        ["a.json"] = Text("[{\"id\":1,\"text\":\"one\",\"lang\":\"en\"},\"two\",{\"_id\":\"x\",\"title\":null,\"text\":\"three\"}]"),
        ["a.jsonl"] = Text("{\"id\":1,\"text\":\"one\"}\n{\"id\":2,\"text\":\"two\",\"n\":1.5}\n\"three\"\n"),
        ["a.csv"] = Text("id,text,lang\n1,\"one, two\",en\n2,\"three\nfour\",de\n3,five \"six\",fr\n"),
        ["a.tsv"] = Text("id\ttext\n1\tone \"two\"\n2\tthree\n"),
        ["a.pdf"] = SampleFiles.Pdf("T", [("One", 1)], ["One", "", "Some text of a para-", "graph."], ["Page two."]),
        ["a.docx"] = SampleFiles.Docx(
            "<w:p><w:pPr><w:pStyle w:val=\"berschrift1\"/></w:pPr><w:r><w:t>One</w:t></w:r></w:p>" +
            "<w:p><w:r><w:t>text</w:t><w:tab/></w:r></w:p>" +
            "<w:tbl><w:tr><w:tc><w:p><w:r><w:t>1</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"),
        ["a.pptx"] = SampleFiles.Pptx(("One", "text"), ("Two", "more")),
        ["a.xlsx"] = SampleFiles.Xlsx(
            ["one", "two"], ("A", "<row><c t=\"s\"><v>0</v></c><c s=\"1\"><v>45292</v></c></row>"), ("B", "<row><c><v>1</v></c></row>")),
    };

    private static readonly string[] _oddParts =
    [
        "\0", "\uFEFF", "\"", "\"\"", "<", ">", "</", "<!--", "<![CDATA[", "<!DOCTYPE x [", "&", "&#0;", "&#x110000;", "&lol;",
        "[", "]", "](", "{", "}", "`", "```", "~~~", "#", "=", "---", "\t", "\r", "\n\n", " ", "> ", "- ", "1. ", "|", "*", "**",
        "_", "\\", "\\ud800", "null", "true", "-1", "1e999", "2147483648", "99999999999999999999", "e\u0301", "\U0001F600",
        "\u202E", "<<", ">>", "obj", "endobj", "stream", "endstream", "0 R", "/Length", "/Kids", "/Count", "w:p", "w:tbl",
        "<w:t>", "r:id", "xref", "%%EOF", "BT", "Tj", "ET",
    ];

    private readonly CommandLine _cli = new();

    public static TheoryData<string> Names => [.. _sound.Keys];

    public void Dispose() => _cli.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Read_DamagedFile_IsReadOrRefusedInTime(string name)
    {
        var random = new Random(name.Sum(character => character));
        for (int i = 0; i < _count; i++)
        {
            byte[] damaged = Damage(_sound[name], random);
            var error = await Record.ExceptionAsync(() => ReadAndCutAsync(name, damaged));
            Assert.True(
                error is null || (error is InvalidDataException && !error.Message.Contains("--file-timeout", StringComparison.Ordinal)),
                $"Damage {i} of {name}: {error}\n{Convert.ToBase64String(damaged.AsSpan(0, Math.Min(damaged.Length, 20_000)))}");
        }

        Assert.NotEmpty(await ReadAndCutAsync(name, _sound[name]));
    }

    [Fact]
    public async Task Index_DamagedFiles_SpoilNoNeighbour()
    {
        var random = new Random(7);
        int each = Math.Min(_count / 10, 150);
        for (int i = 0; i < each; i++)
        {
            foreach (var (name, sound) in _sound)
            {
                _cli.File($"docs/{i}/{name}", Damage(sound, random));
            }

            _cli.File($"docs/{i}/b.txt", "good");
        }

        Assert.Equal(ExitCode.Error, await _cli.RunAsync("index", _cli.At("docs"), "--db", _cli.At("x.db")));

        Assert.DoesNotContain("please report it", _cli.Error, StringComparison.Ordinal);
        using var index = SqliteIndex.Open(_cli.At("x.db"));
        var ids = await index.GetCollection().GetDocumentIdsAsync(cancellationToken: TestContext.Current.CancellationToken)
            .ToListAsync(TestContext.Current.CancellationToken);
        Assert.Equal(each, ids.Count(id => id.EndsWith("/b.txt", StringComparison.Ordinal)));
    }

    private static async Task<List<Retrieval.SearchDocument>> ReadAndCutAsync(string name, byte[] content) =>
        [.. (await Reading.ReadAsync(name, content, _ => { }, _limit)).SelectMany(document => Reading.Cut(document))];

    private static byte[] Damage(byte[] sound, Random random)
    {
        // Of what is packed the parts are damaged, mostly: bytes of the package only make it unreadable.
        bool isPackage = sound.AsSpan().StartsWith("PK"u8);
        return isPackage && random.Next(5) > 0 ? DamagePart(sound, random) : DamageBytes(sound, random);
    }

    private static byte[] DamagePart(byte[] sound, Random random)
    {
        using var zip = new ZipArchive(new MemoryStream(sound));
        int damaged = random.Next(zip.Entries.Count);
        return SampleFiles.Zip([.. zip.Entries.Select((entry, i) =>
        {
            var content = new MemoryStream();
            using (var stream = entry.Open())
            {
                stream.CopyTo(content);
            }

            return (entry.FullName, i == damaged ? DamageBytes(content.ToArray(), random) : content.ToArray());
        })]);
    }

    private static byte[] DamageBytes(byte[] sound, Random random)
    {
        var bytes = new List<byte>(sound);
        for (int times = random.Next(1, 6); times > 0 && bytes.Count > 0; times--)
        {
            int at = random.Next(bytes.Count);
            int length = Math.Min(random.Next(1, 40), bytes.Count - at);
            switch (random.Next(8))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, length);
                    break;
                case 2:
                    bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                    break;
                case 3:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 4:
                    // Often enough to be deep or long.
                    byte[] part = Text(_oddParts[random.Next(_oddParts.Length)]);
                    bytes.InsertRange(at, Enumerable.Repeat(part, random.Next(1, 1_000)).SelectMany(one => one));
                    break;
                case 5:
                    byte[] repeated = [.. bytes.GetRange(at, length)];
                    bytes.InsertRange(at, Enumerable.Repeat(repeated, random.Next(1, 200)).SelectMany(one => one));
                    break;
                default:
                    bytes.InsertRange(at, Text(_oddParts[random.Next(_oddParts.Length)]));
                    break;
            }
        }

        return [.. bytes];
    }

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
