using System.Text.Json.Nodes;

namespace Resift.Local.Tests.Models;

/// <summary>Changes of <c>config.json</c> that several tests make.</summary>
internal static class ConfigChange
{
    /// <summary>Asks for scores that are logits, which show the last bit of the arithmetic.</summary>
    public static void Logits(JsonObject config) => SetActivation(config, "torch.nn.modules.linear.Identity");

    public static void SetActivation(JsonObject config, string? name) =>
        config["sentence_transformers"] = new JsonObject { ["activation_fn"] = name };
}
