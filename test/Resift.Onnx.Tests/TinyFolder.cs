using Resift.Local.Tokenization;

namespace Resift.Onnx.Tests;

/// <summary>A model's folder with a <see cref="TinyGraph"/>, and a vocabulary of letters.</summary>
internal sealed class TinyFolder : IDisposable
{
    /// <summary>The word that is <see cref="TinyGraph.EndlessId"/>.</summary>
    public const string EndlessWord = "forever";

    private static readonly string[] _vocabulary =
    [
        "[PAD]", "[UNK]", "[CLS]", "[SEP]", EndlessWord,
        .. Letters.Select(letter => $"{letter}"), .. Letters.Select(letter => $"##{letter}"),
    ];

    public TinyFolder()
    {
        Write("vocab.txt", string.Join('\n', _vocabulary));
        Write("config.json", """{"model_type": "new", "architectures": ["NewForSequenceClassification"], "max_position_embeddings": 64}""");
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("resift-test-").FullName;

    private static IEnumerable<char> Letters => Enumerable.Range('a', 26).Select(letter => (char)letter);

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(File(name))!);
        System.IO.File.WriteAllText(File(name), text);
    }

    /// <summary>Writes the graph, and gives the folder.</summary>
    public string With(TinyGraph graph, string file = "model.onnx")
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(File(file))!);
        graph.Write(File(file));
        return Path;
    }

    /// <summary>Makes the folder that of an embedder.</summary>
    public void WriteModules(string mode, bool normalizes = false)
    {
        Write("modules.json", $$"""
            [{"type": "sentence_transformers.models.Transformer", "path": ""},
             {"type": "sentence_transformers.models.Pooling", "path": "1_Pooling"}
             {{(normalizes ? """, {"type": "sentence_transformers.models.Normalize", "path": "2_Normalize"}""" : "")}}]
            """);
        Write("1_Pooling/config.json", $$"""{"pooling_mode": "{{mode}}"}""");
    }

    /// <summary>Gives the ids of a pair as the folder's tokenizer makes them.</summary>
    public TokenSequence Pair(string query, string document, int maxTokens = 64)
    {
        var encoder = new PairEncoder(TokenizerLoader.Load(Path), maxTokens);
        return encoder.Encode(encoder.EncodeQuery(query), document);
    }

    /// <summary>Gives the ids of a text.</summary>
    public TokenSequence Text(string text) => new PairEncoder(TokenizerLoader.Load(Path), 64).EncodeSingle(text);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
