using Resift.Local.Models;

namespace Resift.Local.Tests.Models;

/// <summary>Loads all that an engine would load of a model.</summary>
internal static class ModelLoad
{
    /// <summary>Reads every tensor that the model is computed from.</summary>
    public static ModelHead All(string folder)
    {
        var config = EncoderConfig.Load(folder);
        using var store = WeightStore.Open(folder);
        var head = ModelCheck.Validate(config, store);
        foreach (var expected in config.Tensors(head))
        {
            Assert.True(Array.TrueForAll(store.Get(expected.Name, expected.Shape).ToArray(), float.IsFinite), expected.Name);
        }

        return head;
    }
}
