using Resift.Local.Tokenization;

namespace Resift.Local.Tests.Tokenization;

/// <summary>Writes a small <c>tokenizer.json</c> and loads it.</summary>
internal static class TokenizerFile
{
    /// <summary>A BPE model whose merges are few, with a byte fallback for everything that it lacks.</summary>
    public const string Bpe =
        """
        {"type":"BPE","unk_token":"<unk>","fuse_unk":true,
         "vocab":{"<unk>":0,"a":1,"b":2,"c":3,"ab":4,"bc":5,"abc":6,"d":7,"abd":8," ":9,"\u0120":10,"\u0120a":11,"\u00c3":12,"\u00a9":13},
         "merges":["a b",["b","c"],"ab c","\u0120 a"]}
        """;

    public const string Unigram =
        """
        {"type":"Unigram","unk_id":0,
         "vocab":[["<unk>",0],["a",-2],["b",-2],["c",-2],["ab",-3.5],["bc",-3],["\u2581",-1],["\u2581a",-2.5],["\u00e9",-4],
          ["\ud83d\ude00",-5]]}
        """;

    /// <summary>Loads a tokenizer of the given parts.</summary>
    public static Tokenizer Load(
        string model, string normalizer = "null", string preTokenizer = "null", string postProcessor = "null", string added = "",
        string configuration = "{}")
    {
        using var folder = new TemporaryFolder();
        folder.Write(
            "tokenizer.json",
            $$"""
            {"added_tokens":[{{added}}],"normalizer":{{normalizer}},"pre_tokenizer":{{preTokenizer}},"post_processor":{{postProcessor}},
             "model":{{model}}}
            """);
        folder.Write("tokenizer_config.json", configuration);
        return TokenizerLoader.Load(folder.Path);
    }

    /// <summary>Encodes a whole text.</summary>
    public static int[] EncodeAll(this Tokenizer tokenizer, string text)
    {
        int[] ids = new int[tokenizer.Encode(text, [])];
        Assert.Equal(ids.Length, tokenizer.Encode(text, ids));
        return ids;
    }
}
