using System.Runtime.CompilerServices;

namespace Resift.Evaluation;

/// <summary>A data set in the files of BEIR: <c>corpus.jsonl</c>, <c>queries.jsonl</c> and <c>qrels/*.tsv</c>.</summary>
/// <remarks>
/// Each of the files may be packed by gzip, with <c>.gz</c> at the end of its name; as anywhere in .NET, one that was cut short is only
/// refused where the application sets the switch <c>System.IO.Compression.UseStrictValidation</c>. Files are read anew by each call; calls
/// may run at the same time.
/// </remarks>
public sealed class BeirDataset
{
    private const int NamedInErrors = 3;

    private readonly string _corpus;
    private readonly string _queries;

    private BeirDataset(string folder) =>
        (Folder, _corpus, _queries) = (folder, Existing(folder, "corpus.jsonl"), Existing(folder, "queries.jsonl"));

    /// <summary>Gets the folder.</summary>
    public string Folder { get; }

    /// <summary>Gets the name of the data set, which is that of its folder.</summary>
    public string Name => Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(Folder)));

    /// <summary>Opens a data set without reading it.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The data set.</returns>
    /// <exception cref="FileNotFoundException">The folder has no corpus or no queries.</exception>
    public static BeirDataset Open(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return new(folder);
    }

    /// <summary>Reads the documents one by one, in the order of the file.</summary>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The documents. Whether ids are unique is not checked, so that a corpus of any size can be read.</returns>
    /// <exception cref="InvalidDataException">
    /// The corpus is empty, or a line is no document: the message has the file and the line.
    /// </exception>
    public async IAsyncEnumerable<BeirDocument> ReadCorpusAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        await foreach (var (document, _) in ReadAsync(_corpus, cancellationToken).ConfigureAwait(false))
        {
            yield return document;
        }
    }

    /// <summary>Reads the texts of some documents in one pass over the corpus.</summary>
    /// <param name="documentIds">The documents.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The <see cref="BeirDocument.TitleAndText"/> of each of them, by id.</returns>
    /// <exception cref="InvalidDataException">
    /// One of them is not in the corpus or is there twice, or a line is no document: the message has the file, and the line where there is
    /// one.
    /// </exception>
    public async Task<IReadOnlyDictionary<string, string>> ReadTextsAsync(
        IEnumerable<string> documentIds, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documentIds);
        var wanted = documentIds.ToHashSet();
        var texts = await ReadTextsAsync(_corpus, wanted.Contains, cancellationToken).ConfigureAwait(false);
        string[] missing = [.. wanted.Where(id => !texts.ContainsKey(id))];
        return missing is []
            ? texts
            : throw new InvalidDataException(
                $"{_corpus}: {missing.Length} of the {wanted.Count} documents that were asked for are not in it, among " +
                $"them '{string.Join("', '", missing.Take(NamedInErrors))}'.");
    }

    /// <summary>Reads the queries.</summary>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The text of each query, by id.</returns>
    /// <exception cref="InvalidDataException">
    /// There are no queries, or one occurs twice, or a line is none: the message has the file and the line.
    /// </exception>
    public Task<IReadOnlyDictionary<string, string>> ReadQueriesAsync(CancellationToken cancellationToken = default) =>
        ReadTextsAsync(_queries, _ => true, cancellationToken);

    /// <summary>Reads the judgements of a split.</summary>
    /// <param name="split">The split: the name of a file in <c>qrels</c> without its ending.</param>
    /// <param name="cancellationToken">Stops reading.</param>
    /// <returns>The judgements.</returns>
    /// <exception cref="FileNotFoundException">There is no such split.</exception>
    /// <exception cref="InvalidDataException">A line is no judgement: the message has the file and the line.</exception>
    public Task<Qrels> ReadQrelsAsync(string split = "test", CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(split);
        return Qrels.ReadAsync(Existing(Folder, Path.Combine("qrels", $"{split}.tsv")), cancellationToken);
    }

    private static string Existing(string folder, string name)
    {
        string path = Path.Combine(folder, name);
        return File.Exists(path) ? path
            : File.Exists($"{path}.gz") ? $"{path}.gz"
            : throw new FileNotFoundException($"There is no file {path}, with or without .gz, which a data set of BEIR has.");
    }

    private static async Task<IReadOnlyDictionary<string, string>> ReadTextsAsync(
        string path, Func<string, bool> isWanted, CancellationToken cancellationToken)
    {
        var texts = new Dictionary<string, string>();
        await foreach (var (document, place) in ReadAsync(path, cancellationToken).ConfigureAwait(false))
        {
            if (isWanted(document.Id) && !texts.TryAdd(document.Id, document.TitleAndText))
            {
                throw new InvalidDataException($"{place}: the id '{document.Id}' occurs for the second time.");
            }
        }

        return texts.AsReadOnly();
    }

    private static async IAsyncEnumerable<(BeirDocument Document, string Place)> ReadAsync(
        string path, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var input = Utf8Input.Open(path);
        await using var disposal = input.ConfigureAwait(false);
        bool isEmpty = true;
        while (await input.ReadLineAsync(cancellationToken).ConfigureAwait(false))
        {
            if (!input.IsBlank)
            {
                isEmpty = false;
                using var line = JsonLine.Parse(input);
                yield return (new(line.Text("_id"), line.OptionalText("title") ?? "", line.Text("text")), input.Place);
            }
        }

        if (isEmpty)
        {
            throw new InvalidDataException($"{path} is empty; lines of JSON with _id and text were expected.");
        }
    }
}

/// <summary>A document of a corpus.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Title">Its title; empty if it has none.</param>
/// <param name="Text">Its text.</param>
public sealed record BeirDocument(string Id, string Title, string Text)
{
    /// <summary>Gets what is searched and reranked by BEIR's custom: title and text with a space between them.</summary>
    public string TitleAndText => Title.Length == 0 ? Text : $"{Title} {Text}";
}
