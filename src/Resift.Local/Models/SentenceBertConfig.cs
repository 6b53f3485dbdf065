using System.Text.Json;
using Resift.Local.Configuration;

namespace Resift.Local.Models;

/// <summary>What <c>sentence_bert_config.json</c> says about how sentence-transformers calls the transformer.</summary>
/// <param name="MaxTokens">How many tokens it reads, special tokens counted; null for no limit of its own.</param>
/// <param name="Lowercase">Whether texts are lowercased whatever the tokenizer does.</param>
internal sealed record SentenceBertConfig(int? MaxTokens, bool Lowercase)
{
    public const string FileName = "sentence_bert_config.json";

    private const string MaxTokensField = "max_seq_length";
    private const string LowercaseField = "do_lower_case";

    /// <summary>Reads it; where the folder has no such file, it says nothing.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="kind">What the model is used as.</param>
    /// <param name="answersInWords">Whether a cross-encoder's score is told by the words that it would go on with.</param>
    /// <exception cref="InvalidDataException">The file is corrupt.</exception>
    /// <exception cref="NotSupportedException">A field asks for something that is not done here.</exception>
    public static SentenceBertConfig Load(string folder, LocalModelKind kind, bool answersInWords)
    {
        if (ModelFolder.Find(folder, FileName) is not { } path)
        {
            return new(null, false);
        }

        var json = ConfigFile.ReadObject(path);
        (string task, string output, string method) = (kind, answersInWords) switch
        {
            (LocalModelKind.Embedder, _) => ("feature-extraction", "token_embeddings", "last_hidden_state"),
            (_, true) => ("text-generation", "causal_logits", "logits"),
            _ => ("sequence-classification", "scores", "logits"),
        };
        ThrowUnless(json, "transformer_task", task);
        ThrowUnless(json, "module_output_name", output);
        if (json.ObjectOrNull("modality_config")?.ObjectOrNull("text") is { } text)
        {
            ThrowUnless(text, "method", "forward");
            ThrowUnless(text, "method_output_name", method);
        }

        ThrowIfOthers(json, answersInWords);
        return new(json.PositiveOrNull(MaxTokensField), json.Flag(LowercaseField));
    }

    private static void ThrowUnless(ConfigObject json, string field, string expected)
    {
        if (json.TextOrNull(field) is { } value && value != expected)
        {
            throw new NotSupportedException(
                $"{json.Source}: {field} '{value}' is not supported for this model; supported: {expected}.");
        }
    }

    /// <summary>
    /// Refuses every other field that is set: sentence-transformers gives it to the transformer or its tokenizer, and scores may change.
    /// </summary>
    private static void ThrowIfOthers(ConfigObject json, bool answersInWords)
    {
        foreach (var field in json.Element.EnumerateObject())
        {
            bool isKnown = field.Name is MaxTokensField or LowercaseField or "transformer_task" or "module_output_name" or "modality_config"
                or "unpad_inputs" // pads or not, for the same numbers
                or "model_args" or "model_kwargs" // where and in which precision PyTorch computes
                || (answersInWords && field.Name == "processing_kwargs"); // that the chat ends where the answer begins
            if (!isKnown && IsSet(field.Value))
            {
                throw new NotSupportedException($"{json.Source}: {field.Name} is {ConfigObject.Shown(field.Value)}, which is not " +
                    $"supported; supported: {MaxTokensField} and {LowercaseField}.");
            }
        }
    }

    private static bool IsSet(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => false,
        JsonValueKind.Object => value.GetPropertyCount() > 0,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        _ => true,
    };
}
