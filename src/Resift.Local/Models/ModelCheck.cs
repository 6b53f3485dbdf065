using System.Globalization;

namespace Resift.Local.Models;

/// <summary>Checks that the files of a model belong together, before anything is made of them.</summary>
internal static class ModelCheck
{
    /// <summary>Checks that the weights hold every tensor that the configuration asks for, and no layer more.</summary>
    /// <returns>What the model can be used as.</returns>
    public static ModelHead Validate(EncoderConfig config, WeightStore store)
    {
        var head = ModelHead.Detect(config, store);
        CheckLayers(config, store, config.Architecture.LayerPrefix, config.Architecture.Keys.Layers, config.Layers);
        if (head.AnswersInWords && config.Architecture.Decoder(config) is { } decoder)
        {
            CheckLayers(config, store, decoder.LayerPrefix, decoder.LayersField, decoder.Layers.Count);
        }

        var notComputed = config.Architecture.NotComputed;
        if (store.Names.FirstOrDefault(name => notComputed.Any(part => name.Contains(part, StringComparison.Ordinal))) is { } other)
        {
            throw new NotSupportedException($"{config.Source}: the weights hold '{other}', a part of a variant of this architecture that " +
                "is not supported. Run an ONNX export of it with ONNX Runtime, or choose another model.");
        }

        foreach (var expected in config.Tensors(head))
        {
            var stored = store.Require(expected.Name);
            if (!stored.HasShape(expected.Shape))
            {
                throw new InvalidDataException($"{stored.Label} is {stored.Entry.ShownShape}, but {config.Source} expects " +
                    $"[{string.Join(", ", expected.Shape)}] " +
                    $"({string.Join(", ", expected.Axes.Select(axis => $"{axis.Field} {axis.Size}"))}).");
            }
        }

        return head;
    }

    /// <summary>Checks that every token has a row in the model's table, and that rows without a token are no more than padding.</summary>
    /// <remarks>
    /// Tables are padded to a multiple of a power of two from 8 to 128, which suits the matrix units of GPUs, and further in some families.
    /// More rows without a token, or any where the number of rows is no such multiple, mean that the vocabulary has lost tokens: every id
    /// behind one would be wrong.
    /// </remarks>
    /// <param name="tokens">The number of tokens, whose ids are known to run from 0.</param>
    /// <param name="config">The model's configuration.</param>
    public static void ValidateVocabulary(int tokens, EncoderConfig config)
    {
        const int LeastMultiple = 8;
        const int LargestMultiple = 128;
        int rows = config.VocabularySize;
        int multiple = Math.Min(LargestMultiple, rows & -rows);
        int spare = Math.Max(multiple >= LeastMultiple ? multiple : 0, config.Architecture.SpareRows);
        if (tokens > rows || (tokens < rows && tokens <= rows - spare))
        {
            throw new InvalidDataException(
                $"The vocabulary has {tokens} tokens, but the model's table has {rows} rows ({config.Source}), which are " +
                 (tokens > rows ? "too few" : "more than padding to a multiple of 8 to 128 explains") +
                ": tokenizer and model do not belong together. Copy both from one source.");
        }
    }

    private static void CheckLayers(EncoderConfig config, WeightStore store, string prefix, string field, int count)
    {
        int[] layers = [.. store.Names.Select(name => LayerOf(name, prefix)).OfType<int>()];
        int[] stored = [.. layers.Distinct().Order()];
        int[] extra = [.. stored.Where(layer => layer >= count)];
        if (extra.Length > 0)
        {
            throw new InvalidDataException($"{layers.Count(layer => layer >= count)} tensors belong to layer " +
                $"{string.Join(", ", extra)}, but {config.Source} says {field} {count}: config and weights do not belong " +
                "together.");
        }

        if (stored.Length < count)
        {
            int missing = 0;
            while (missing < stored.Length && stored[missing] == missing)
            {
                missing++;
            }

            throw new InvalidDataException($"Layer {missing} of {count} is missing: {config.Source} says {field} " +
                $"{count}, the weights hold {stored.Length}. Config and weights do not belong together.");
        }
    }

    private static int? LayerOf(string name, string prefix)
    {
        if (!name.StartsWith(prefix, StringComparison.Ordinal))
        {
            return null;
        }

        var rest = name.AsSpan(prefix.Length);
        int dot = rest.IndexOf('.');
        return dot > 0 && int.TryParse(rest[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out int layer) ? layer : null;
    }
}
